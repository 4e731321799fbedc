import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { initialise, programFolder } from '../../../sidecar/playground/postgres/postgres-programs.ts';
import { asOrdinaryUser } from '../../../sidecar/playground/processes/ordinary-user.ts';
import { freePort } from '../process/free-port.ts';
import { Program } from '../process/program.ts';
import { makeServerFolder, type ServerFolder } from '../process/server-folder.ts';
import type { PostgresAddress } from './postgres.ts';

const run = promisify(execFile);
const MAJOR = 15;
const USER = 'openerp';

/** A server with a data folder and a port that outlive its process. Stopped and removed when the test has finished. */
export class RestartablePostgres implements PostgresAddress {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly user = USER;
  readonly password: string;
  readonly #folder: ServerFolder;
  #settings: Readonly<Record<string, string>>;
  #server: Program | undefined;

  private constructor(folder: ServerFolder, port: number, password: string) {
    this.#folder = folder;
    this.port = port;
    this.password = password;
    this.#settings = { fsync: 'off' };
    onTestFinished(async () => {
      await this.#server?.stop();
      await folder.remove();
    });
  }

  /** A new server, not started yet. */
  static async create(): Promise<RestartablePostgres> {
    const password = randomBytes(16).toString('hex');
    const folder = await makeServerFolder(`postgres${MAJOR}`);
    const created = new RestartablePostgres(folder, await freePort(), password);
    await initialise(programFolder(MAJOR), folder.path, USER, password);
    return created;
  }

  /** Resolves when it is ready to accept connections. */
  async start(): Promise<void> {
    const server = new Program({
      command: join(programFolder(MAJOR), 'postgres'),
      args: [
        ...['-D', join(this.#folder.path, 'data'), '-p', `${this.port}`],
        ...['-c', `listen_addresses=${this.host}`, '-c', 'unix_socket_directories='],
        ...['-c', 'max_connections=200'],
        ...Object.entries(this.#settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      cwd: this.#folder.path,
      stopSignal: 'SIGINT',
      user: 'ordinary',
    });
    this.#server = server;
    await server.waitForLine(/ready to accept (read-only )?connections/);
  }

  /** Disconnects everybody and ends. */
  async stopFast(): Promise<void> {
    await this.#server?.stop();
  }

  /** Ends as in a crash: the next start has to recover. */
  async stopImmediately(): Promise<void> {
    const pid = await readFile(join(this.#folder.path, 'data/postmaster.pid'), 'utf8');
    process.kill(Number.parseInt(pid, 10), 'SIGQUIT');
    await this.#server?.ended;
  }

  /** Settings of the next start. */
  configure(settings: Readonly<Record<string, string>>): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  /** Copies the data folder of this server, which is stopped. @returns puts it back, when the server is stopped again */
  async saveData(): Promise<() => Promise<void>> {
    const [data, saved] = [join(this.#folder.path, 'data'), join(this.#folder.path, 'saved')];
    await copyFolder(data, saved);
    return async () => {
      await rm(data, { recursive: true });
      await rename(saved, data);
    };
  }

  /** A copy of this server, which is stopped; once started, it follows this one until it is promoted. */
  async copyAsStandby(): Promise<RestartablePostgres> {
    const folder = await makeServerFolder(`postgres${MAJOR}-standby`);
    const standby = new RestartablePostgres(folder, await freePort(), this.password);
    await copyFolder(join(this.#folder.path, 'data'), join(folder.path, 'data'));
    await writeFile(join(folder.path, 'data/standby.signal'), '');
    // In a file, since a process list shows arguments.
    await appendFile(
      join(folder.path, 'data/postgresql.auto.conf'),
      `primary_conninfo = 'host=${this.host} port=${this.port} user=${USER} password=${this.password} application_name=standby'\n`,
    );
    return standby;
  }
}

/** With owner and rights, of which PostgreSQL demands that they are its own. */
async function copyFolder(from: string, to: string): Promise<void> {
  const [program = '', ...args] = asOrdinaryUser(['cp', '-a', from, to]);
  await run(program, args);
}
