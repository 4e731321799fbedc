import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { inject } from 'vitest';
import { z } from 'zod';
import { createDatabase, dropDatabase, type PostgresAddress } from '../postgres/postgres.ts';
import { requireProgram } from '../process/installed.ts';
import type { Program } from '../process/program.ts';
import { makeServerFolder } from '../process/server-folder.ts';
import { launchServer } from '../process/server-launch.ts';
import { series } from '../series/series.ts';
import type { BaseDatabase } from './base-database.ts';
import type { InstalledDatabase } from './installation.ts';
import { postJson } from './odoo-rpc.ts';
import { OdooSession, type OdooUser } from './odoo-session.ts';

export interface OdooOptions {
  /** Where its database is made, and how the tests look into it. */
  readonly postgres: PostgresAddress;
  /** What to install in the new database, such as `['web_socketio_demo']`. */
  readonly modules: readonly string[];
  /** Folders of addons besides those of this repository, and before them. */
  readonly addonsPaths?: readonly string[];
  /** How Odoo reaches PostgreSQL, as far as that is another way: a role of its own, a pooler. */
  readonly reach?: Partial<PostgresAddress>;
  /** What starts it, unless it is the program of the series in `.cache`. */
  readonly program?: string;
  /** The folders of addons of this repository, unless it is all of them. */
  readonly ownAddons?: readonly string[];
  /** More arguments of its command. */
  readonly args?: readonly string[];
  /** More options of its configuration file. */
  readonly more?: Readonly<Record<string, string>>;
  /** Sections of that file besides Odoo's own, such as OCA's `[sentry]`. */
  readonly sections?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** More variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What its database is a copy of, so that what is installed there need not be. It goes when Odoo stops. */
  readonly template?: InstalledDatabase;
  /** Makes the new database as it is to be, before Odoo has seen it. */
  prepare?(database: string): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** The addons themselves, and one with methods for their tests. */
export const ADDONS_PATHS = [here('../../../addon'), here('../../odoo/addons')];
const PROGRAM = here(`../../../.cache/${series.folder}/odoo`);

/** The same, where Odoo itself is installed already, on the server that the files of the series share. */
export function startInstalledOdoo(options: Omit<OdooOptions, 'postgres' | 'template'>): Promise<Odoo> {
  const base: BaseDatabase = inject('base');
  return startOdoo({ ...options, ...base });
}

/** A real Odoo, of the series that the tests are about, with a database of its own. Whoever starts it stops it. */
export async function startOdoo(options: OdooOptions): Promise<Odoo> {
  const { postgres, modules, program = PROGRAM, args = [], reach = {}, env = {}, template } = options;
  const command = await requireProgram(program);
  const database = await createDatabase(postgres, undefined, template?.database);
  await options.prepare?.(database);
  const folder = await makeServerFolder(series.folder);
  const configFile = join(folder.path, 'odoo.conf');
  try {
    if (template !== undefined) {
      await cp(template.filestore, join(folder.path, 'data/filestore', database), { recursive: true });
    }
    const { server, port } = await launchServer(
      async (port) => {
        await writeFile(configFile, configuration(options, database, folder.path, port));
        return {
          command,
          args: ['-c', configFile, ...(modules.length > 0 ? ['-i', modules.join(',')] : []), ...args],
          env: { HOME: folder.path, ...env },
          cwd: folder.path,
        };
      },
      series.ready,
      / (CRITICAL|Failed to (initialize|load)) /,
    );
    const { user = postgres.user, password = postgres.password } = reach;
    const direct = { ...postgres, user, password };
    const release = async () => {
      await folder.remove();
      if (template !== undefined) await dropDatabase(postgres, database);
    };
    return new Odoo(server, `http://127.0.0.1:${port}`, database, configFile, direct, release);
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

export class Odoo {
  readonly url: string;
  readonly database: string;
  /** Odoo's configuration file; the sidecar reads the same one. */
  readonly configFile: string;
  readonly admin: OdooUser = { uid: 2, login: 'admin', password: 'admin' };
  readonly #server: Program;
  readonly #pool: pg.Pool;
  readonly #release: () => Promise<void>;
  #stopping: Promise<void> | undefined;

  constructor(
    server: Program,
    url: string,
    database: string,
    configFile: string,
    { host, port, user, password }: PostgresAddress,
    release: () => Promise<void>,
  ) {
    this.#server = server;
    this.url = url;
    this.database = database;
    this.configFile = configFile;
    this.#pool = new pg.Pool({ host, port, user, password, database, max: 4 });
    // Odoo's database manager ends them, too.
    this.#pool.on('error', () => undefined);
    this.#release = release;
  }

  get server(): Program {
    return this.#server;
  }

  /** Runs a method by RPC, outside of any session; `password` may be a token. */
  async execute(
    { uid, password }: Pick<OdooUser, 'uid' | 'password'>,
    model: string,
    method: string,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    const params = [this.database, uid, password, model, method, args, kwargs];
    const request = { service: 'object', method: 'execute_kw', args: params };
    const { result } = await postJson(new URL('/jsonrpc', this.url), request);
    return result;
  }

  /** An employee without further rights. */
  async createUser(login: string): Promise<OdooUser> {
    const password = `${login}-password`;
    const values = { name: login, login, password };
    const uid = z.number().parse(await this.execute(this.admin, 'res.users', 'create', [values]));
    return { uid, login, password };
  }

  async logIn(user: Pick<OdooUser, 'login' | 'password'>): Promise<OdooSession> {
    const session = new OdooSession(this.url);
    await session.logIn(this.database, user);
    return session;
  }

  /** As Odoo's role, but straight at PostgreSQL. */
  async sql(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    const { rows } = await this.#pool.query<Record<string, unknown>>(text, [...values]);
    return rows;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#pool.end();
    await this.#server.stop().finally(this.#release);
  }
}

function configuration(
  { postgres, addonsPaths = [], ownAddons = ADDONS_PATHS, reach = {}, more = {}, sections = {} }: OdooOptions,
  database: string,
  folder: string,
  port: number,
): string {
  const { host, port: databasePort, user, password } = { ...postgres, ...reach };
  const options = {
    addons_path: [...addonsPaths, ...ownAddons].join(','),
    data_dir: join(folder, 'data'),
    db_host: host,
    db_port: databasePort,
    db_user: user,
    db_password: password,
    db_name: database,
    http_interface: '127.0.0.1',
    http_port: port,
    list_db: 'False',
    max_cron_threads: 0,
    proxy_mode: 'True',
    ...series.options,
    ...more,
  };
  return Object.entries({ options, ...sections })
    .map(([name, section]) => `[${name}]\n${lines(section)}`)
    .join('\n');
}

function lines(section: object): string {
  return Object.entries(section)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}
