import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { choosePort, HOST } from '../port.ts';
import { errorCode, Problem } from '../problem.ts';
import { Child } from '../processes/child.ts';
import { asOrdinaryUser, serverOwner } from '../processes/ordinary-user.ts';
import { initialise, programFolder } from './postgres-programs.ts';

/** Of the server that it runs. */
export const MAJOR = 18;
const USUAL_PORT = 15432;
const USER = 'openerp';
const ATTEMPTS = 50;
const PATIENCE_MS = 10_000;

/** Where PostgreSQL is, and who may log in. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The playground's PostgreSQL, whose data outlive it in a folder. */
export class Postgres {
  readonly address: PostgresAddress;
  readonly #child: Child;

  private constructor(child: Child, address: PostgresAddress) {
    this.#child = child;
    this.address = address;
  }

  /**
   * Starts on the data of the run before, or on new ones.
   *
   * @param folder where they are, made if it is missing
   * @throws Problem if they are those of another version, or PostgreSQL does not start
   */
  static async start(folder: string): Promise<Postgres> {
    const data = join(folder, 'data');
    await mkdir(folder, { recursive: true });
    if (serverOwner !== undefined) await chown(folder, serverOwner, serverOwner);
    if (existsSync(data)) await checkVersion(data, folder);
    else await makeData(folder);
    const password = await readFile(join(folder, 'password'), 'utf8');
    for (let attempt = 1; ; attempt += 1) {
      const port = await choosePort(USUAL_PORT);
      const child = launch(folder, port);
      if (await child.saysLine(/ready to accept connections/)) {
        return new Postgres(child, { host: HOST, port, user: USER, password });
      }
      const log = child.lines.join('\n');
      // Somebody took the port meanwhile; or the last backends of a server that was killed are on their way out.
      const passes = /address already in use|shared memory block|lock file "postmaster.pid"/i.test(log);
      if (!passes || attempt === ATTEMPTS) throw failure(log, folder);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Resolves when it is gone, whoever ended it. */
  get ended(): Promise<unknown> {
    return this.#child.ended;
  }

  /** Disconnects everybody and ends. May be called twice. */
  async stop(): Promise<void> {
    await this.#child.stop('SIGINT', PATIENCE_MS);
  }
}

async function checkVersion(data: string, folder: string): Promise<void> {
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(errorCode);
  if (version.trim() === `${MAJOR}`) return;
  const found = /^\d+$/.test(version.trim())
    ? `of PostgreSQL ${version.trim()}`
    : `without a version (${version.trim()})`;
  throw new Problem(
    `The folder '${folder}' holds data ${found}, and the playground runs PostgreSQL ${MAJOR}. Remove that folder to begin anew.`,
  );
}

/** Under another name until it is complete: a run may be killed at any moment. */
async function makeData(folder: string): Promise<void> {
  const draft = join(folder, 'draft');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  if (serverOwner !== undefined) await chown(draft, serverOwner, serverOwner);
  try {
    await initialise(programFolder(MAJOR), draft, USER, randomBytes(16).toString('hex'));
  } catch (error) {
    throw new Problem(`PostgreSQL ${MAJOR} cannot make its data in '${folder}'. ${firstError(error)}`);
  }
  await rename(join(draft, 'password'), join(folder, 'password'));
  await rename(join(draft, 'data'), join(folder, 'data'));
  await rm(draft, { recursive: true });
}

/** What went wrong, of all that initdb says: a full disk, a missing program, or no npm package for this platform. */
function firstError(error: unknown): string {
  const text =
    error instanceof Error ? `${Reflect.get(error, 'stderr') ?? ''}\n${error.message}` : String(error);
  return /.*(?:FATAL|error|ENOENT|Cannot find).*/.exec(text)?.[0] ?? text.trim();
}

function launch(folder: string, port: number): Child {
  const settings = [
    `listen_addresses=${HOST}`,
    'unix_socket_directories=',
    'max_connections=100',
    // Its lines are for us, whatever the language of the machine.
    'lc_messages=C',
  ];
  return new Child({
    command: asOrdinaryUser([
      join(programFolder(MAJOR), 'postgres'),
      ...['-D', join(folder, 'data'), '-p', `${port}`],
      ...settings.flatMap((setting) => ['-c', setting]),
    ]),
    env: { PATH: process.env['PATH'] },
    cwd: folder,
  });
}

function failure(log: string, folder: string): Problem {
  // Outside of Linux nobody ends PostgreSQL when its playground is killed.
  const left = /Is another postmaster \(PID (\d+)\) running/.exec(log)?.[1];
  if (left !== undefined) {
    return new Problem(
      `Another PostgreSQL uses '${folder}', process ${left}. End it first: kill -INT ${left}`,
    );
  }
  const said = /(?:FATAL|ERROR|PANIC): .*/.exec(log)?.[0] ?? (log.split('\n').at(-1) || 'it says nothing');
  return new Problem(`PostgreSQL does not start. ${said}. Remove '${folder}' to begin anew.`);
}
