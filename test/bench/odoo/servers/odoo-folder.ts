import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDatabase, type PostgresAddress } from '../../../support/postgres/postgres.ts';
import { freePort } from '../../../support/process/free-port.ts';
import { requireProgram } from '../../../support/process/installed.ts';
import { Program } from '../../../support/process/program.ts';
import { makeServerFolder } from '../../../support/process/server-folder.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LAUNCHER = here('../../../../.cache/odoo19/odoo');
const ADDONS_PATHS = [here('../../../../addon'), here('../addons')];

/** HTTP workers, as many as the machine of the benchmark has processors. */
export const HTTP_WORKERS = 2;

/** A real Odoo 19 with its configuration file and a database, of which nothing runs yet. */
export class OdooFolder {
  readonly database: string;
  readonly configFile: string;
  readonly httpPort: number;
  readonly eventedPort: number;
  readonly #path: string;
  readonly #remove: () => Promise<void>;

  private constructor(
    path: string,
    database: string,
    [httpPort, eventedPort]: readonly [number, number],
    remove: () => Promise<void>,
  ) {
    this.#path = path;
    this.database = database;
    this.configFile = join(path, 'odoo.conf');
    this.httpPort = httpPort;
    this.eventedPort = eventedPort;
    this.#remove = remove;
  }

  /** @param modules what is installed in the new database */
  static async make(postgres: PostgresAddress, modules: readonly string[]): Promise<OdooFolder> {
    const { path, remove } = await makeServerFolder('bench-odoo19');
    const database = await createDatabase(postgres);
    const folder = new OdooFolder(path, database, [await freePort(), await freePort()], remove);
    try {
      await writeFile(folder.configFile, folder.#configuration(postgres));
      const installation = await folder.run(['-i', modules.join(','), '--workers', '0', '--stop-after-init']);
      const [code] = await installation.ended;
      if (code !== 0) throw new Error(`Odoo did not install '${modules}'. Its log:\n${installation.log}`);
      return folder;
    } catch (error) {
      await remove();
      throw error;
    }
  }

  /** Starts Odoo's program with this configuration. Whoever starts it stops it. @param command of it, with its arguments */
  async run([command = '', ...args]: readonly string[]): Promise<Program> {
    const isOption = command.startsWith('-');
    return new Program({
      command: await requireProgram(LAUNCHER),
      args: [...(isOption ? [] : [command]), '-c', this.configFile, ...(isOption ? [command] : []), ...args],
      // Odoo looks for commands in the addons of this file, before it reads "-c".
      env: { HOME: this.#path, ODOO_RC: this.configFile },
      cwd: this.#path,
      user: 'ordinary',
    });
  }

  async remove(): Promise<void> {
    await this.#remove();
  }

  #configuration({ host, port, user, password }: PostgresAddress): string {
    const options = {
      addons_path: ADDONS_PATHS.join(','),
      data_dir: join(this.#path, 'data'),
      db_host: host,
      db_port: port,
      db_user: user,
      db_password: password,
      db_name: this.database,
      http_interface: '127.0.0.1',
      http_port: this.httpPort,
      gevent_port: this.eventedPort,
      list_db: 'False',
      max_cron_threads: 0,
      proxy_mode: 'True',
      without_demo: 'True',
      workers: HTTP_WORKERS,
    };
    const lines = Object.entries(options).map(([name, value]) => `${name} = ${value}\n`);
    return `[options]\n${lines.join('')}`;
  }
}
