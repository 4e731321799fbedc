import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { PostgresAddress } from '../support/postgres/postgres.ts';
import { freePort } from '../support/process/free-port.ts';
import { type ConfigFolder, makeConfigFolder } from '../support/sidecar/config-folder.ts';
import { NO_ODOO_VARIABLES } from '../support/sidecar/sidecar-command.ts';
import { SidecarProcess } from '../support/sidecar/sidecar-process.ts';
import { Journal } from './record/journal.ts';

const ADDONS = fileURLToPath(new URL('addons', import.meta.url));

export interface ChaosOptions {
  readonly server: PostgresAddress;
  readonly database: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where its addons are, if not those of the suite. */
  readonly addons?: string;
}

/** A sidecar's process whose server module keeps a journal. It keeps its port over restarts, and ends with the test. */
export class ChaosSidecar extends SidecarProcess {
  readonly port: number;
  /** Where its server module writes. */
  readonly #journals: string;

  private constructor(
    { database, env }: ChaosOptions,
    { configFile, path, remove }: ConfigFolder,
    port: number,
  ) {
    const journals = join(path, 'journal');
    super({
      ...{ configFile, databases: [database], port },
      env: { ...NO_ODOO_VARIABLES, CHAOS_JOURNAL: journals, ...env },
    });
    this.port = port;
    this.#journals = journals;
    onTestFinished(async () => {
      await this.kill();
      await remove();
    });
  }

  static async open(options: ChaosOptions): Promise<ChaosSidecar> {
    const folder = await makeConfigFolder('chaos', options.server, options.addons ?? ADDONS);
    const sidecar = new ChaosSidecar(options, folder, await freePort());
    await mkdir(sidecar.#journals, { mode: 0o777 });
    await sidecar.start();
    return sidecar;
  }

  /** What its server module wrote down, of every process so far. */
  journal(): Promise<Journal> {
    return readJournal(this.#journals);
  }
}

/** What was written down in a folder, by every process that wrote there. */
export async function readJournal(folder: string): Promise<Journal> {
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
