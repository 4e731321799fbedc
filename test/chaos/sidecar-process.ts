import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { openerpConfig } from '../support/openerp7/openerp-config.ts';
import type { PostgresAddress } from '../support/postgres/postgres.ts';
import { freePort } from '../support/process/free-port.ts';
import { makeServerFolder, type ServerFolder } from '../support/process/server-folder.ts';
import { ServerProcess } from '../support/process/server-process.ts';
import { Journal } from './journal.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface SidecarOptions {
  readonly server: PostgresAddress;
  readonly database: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The built sidecar as users run it. It keeps its port over restarts, and ends with the test. */
export class SidecarProcess {
  readonly port: number;
  readonly #folder: ServerFolder;
  readonly #options: SidecarOptions;
  #process: ServerProcess | undefined;
  #pid = 0;

  private constructor(options: SidecarOptions, folder: ServerFolder, port: number) {
    this.#options = options;
    this.#folder = folder;
    this.port = port;
    onTestFinished(async () => {
      await this.kill();
      await folder.remove();
    });
  }

  static async start(options: SidecarOptions): Promise<SidecarProcess> {
    const folder = await makeServerFolder('chaos');
    const sidecar = new SidecarProcess(options, folder, await freePort());
    await writeFile(join(folder.path, 'odoo.conf'), openerpConfig(options.server, here('addons')));
    await mkdir(join(folder.path, 'journal'), { mode: 0o777 });
    await sidecar.start();
    return sidecar;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What this process logged since it was started last. */
  get log(): string {
    return this.#process?.log ?? '';
  }

  /** 0 while it does not run. */
  get pid(): number {
    return this.#pid;
  }

  /** What a number of `/metrics` is now, such as `process_resident_memory_bytes`. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
  }

  /** Starts it, again if it was there before, and waits until it serves. */
  async start(): Promise<void> {
    const config = join(this.#folder.path, 'odoo.conf');
    const { database, env } = this.#options;
    const started = new ServerProcess({
      command: process.execPath,
      args: [here('../../sidecar/dist/main.js'), '-c', config, '-d', database, '-p', `${this.port}`],
      env: {
        WEB_SOCKETIO_ODOO_URL: 'http://127.0.0.1:1',
        CHAOS_JOURNAL: join(this.#folder.path, 'journal'),
        ...env,
      },
      cwd: '/',
    });
    this.#process = started;
    await started.waitForLine(/Listening on/, / ERROR /);
    const line = await started.waitForLine(/Connected to PostgreSQL/);
    this.#pid = Number(line.split(' ')[2]);
  }

  /** Ends it as users do. */
  async stop(): Promise<void> {
    this.#pid = 0;
    await this.#process?.stop();
  }

  /** Ends it without a chance to say goodbye. */
  async kill(): Promise<void> {
    const pid = this.#pid;
    this.#pid = 0;
    if (pid === 0) return;
    process.kill(pid, 'SIGKILL');
    await this.#process?.ended;
  }

  /** What its server module wrote down, of every process so far. */
  async journal(): Promise<Journal> {
    const folder = join(this.#folder.path, 'journal');
    const names = await readdir(folder);
    return new Journal(
      await Promise.all(
        names.map(async (name) => ({
          pid: Number.parseInt(name, 10),
          text: await readFile(join(folder, name), 'utf8'),
        })),
      ),
    );
  }
}
