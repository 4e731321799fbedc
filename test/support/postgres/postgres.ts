import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';

import {
  initialise,
  type PostgresMajor,
  programFolder,
} from '../../../sidecar/playground/postgres/postgres-programs.ts';
import type { Program } from '../process/program.ts';
import { makeServerFolder } from '../process/server-folder.ts';
import { launchServer } from '../process/server-launch.ts';

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
    await initialise(programs, folder.path, USER, password);
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

/** A new database, empty unless it is a copy of another one; its name is unique unless one is given. */
export async function createDatabase(
  server: PostgresAddress,
  name = `test_${randomBytes(6).toString('hex')}`,
  template = 'template0',
): Promise<string> {
  await administer(server, (quote) => `CREATE DATABASE ${quote(name)} TEMPLATE ${quote(template)}`);
  return name;
}

/** Removes a database, whoever is still connected. */
export async function dropDatabase(server: PostgresAddress, name: string): Promise<void> {
  await administer(server, (quote) => `DROP DATABASE ${quote(name)} WITH (FORCE)`);
}

async function administer(
  { host, port, user, password }: PostgresAddress,
  statement: (quote: (name: string) => string) => string,
): Promise<void> {
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement((name) => client.escapeIdentifier(name)));
  } finally {
    await client.end();
  }
}

function launch(
  programs: string,
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<{ server: Program; port: number }> {
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
