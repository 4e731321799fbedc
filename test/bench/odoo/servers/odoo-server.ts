import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../../../support/process/program.ts';
import type { OdooFolder } from './odoo-folder.ts';
import { readChildren } from './processor-time.ts';

const READY = /Evented Service \(longpolling\) running on/;
const POLL_MS = 50;

/** A running Odoo: a master, its HTTP workers, and the evented worker. Whoever starts it stops it. */
export class OdooServer {
  readonly eventedUrl: string;
  readonly #program: Program;
  readonly #httpUrl: string;

  private constructor(program: Program, { httpPort, eventedPort }: OdooFolder) {
    this.#program = program;
    this.#httpUrl = `http://127.0.0.1:${httpPort}`;
    this.eventedUrl = `http://127.0.0.1:${eventedPort}`;
  }

  static async start(folder: OdooFolder): Promise<OdooServer> {
    const program = await folder.run(['server']);
    try {
      await program.waitForLine(READY, / CRITICAL /);
      const server = new OdooServer(program, folder);
      await server.#load(server.#httpUrl);
      return server;
    } catch (error) {
      await program.stop();
      throw error;
    }
  }

  get log(): string {
    return this.#program.log;
  }

  /** The master and the HTTP workers. */
  async readHttpProcesses(): Promise<number[]> {
    const evented = await this.readEventedProcess();
    const children = await readChildren(this.#program.pid);
    return [this.#program.pid, ...children.filter((pid) => pid !== evented)];
  }

  async readEventedProcess(): Promise<number> {
    for (const pid of await readChildren(this.#program.pid)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.split('\0').includes('gevent')) return pid;
    }
    throw new Error(`Odoo has no evented worker. Its log:\n${this.#program.log}`);
  }

  /** Kills the evented worker, in whose place Odoo starts another one. Resolves when that has loaded the database. */
  async renewEventedWorker(): Promise<void> {
    const length = this.#program.logLength;
    process.kill(await this.readEventedProcess(), 'SIGKILL');
    while (!READY.test(this.#program.logSince(length))) await sleep(POLL_MS);
    await this.#load(this.eventedUrl);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  /** Asks for a page, so that no measurement has to wait until the process has loaded the addons. */
  async #load(url: string): Promise<void> {
    const { status } = await fetch(new URL('/web/login', url));
    if (status !== 200)
      throw new Error(`Odoo answered ${status} for its log-in page. Its log:\n${this.#program.log}`);
  }
}
