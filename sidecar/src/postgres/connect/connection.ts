import { userInfo } from 'node:os';
import type pg from 'pg';
import { SidecarError } from '../../api/sidecar-error.ts';
import { cancelStatement } from './cancel.ts';
import type { PostgresOptions } from './postgres-options.ts';

/**
 * A query that takes longer than this on a small table means that the link is dead. The server gives up before, see
 * {@link limitStatements}: what only the client gives up would go on there.
 */
export const QUERY_TIMEOUT_MS = 5_000;
const CLOSE_MS = 1_000;
/** Short, so that a server that comes back is not kept waiting by an attempt that was made before. */
export const CONNECT_TIMEOUT_MS = 2_000;
export const APPLICATION_NAME = 'web_socketio';

/** What `pg` is given for one database, besides the way to it. */
export function clientConfig(options: PostgresOptions, database: string): pg.ClientConfig {
  return {
    host: options.host ?? 'localhost',
    port: options.port ?? 5432,
    user: options.user ?? systemUser(),
    database,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    // Said, since pg looks into the environment for what is not: PGSSLMODE, PGSSLNEGOTIATION, PGAPPNAME.
    ssl: false,
    sslnegotiation: 'postgres',
    application_name: options.applicationName ?? APPLICATION_NAME,
  };
}

/**
 * The role as whom libpq logs in where none is named.
 *
 * @throws SidecarError `user_unnamed`
 */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new SidecarError(
      'user_unnamed',
      'No role is named for PostgreSQL, and the system user has no name. Set WEB_SOCKETIO_DB_USER or db_user.',
      { cause },
    );
  }
}

/**
 * Closes a connection, and ends the statement that runs on it. Resolves when the server has closed it, too, so that
 * whoever opens the next one never has one more there; a link that does not answer is destroyed after a second.
 */
export async function closeClient(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => destroyClient(client), CLOSE_MS);
  if (isBusy(client)) {
    const isIdle = new Promise<void>((resolve) => {
      client.once('drain', resolve);
      client.once('end', resolve);
    });
    cancelStatement(client);
    await isIdle;
  }
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

/** Not in pg's types, and the only way to let go of a link that does not answer. */
export function destroyClient(client: pg.Client): void {
  const stream = streamOf(client);
  if (stream !== null && 'destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
}

/** Is a statement under way? Not in pg's types; without a log-in there is none. */
function isBusy(client: pg.Client): boolean {
  const is = (name: string) => Reflect.get(client, name) === true;
  return is('_connected') && !is('_ended') && !is('readyForQuery');
}

function streamOf(client: pg.Client): object | null {
  const stream: unknown = Reflect.get(Reflect.get(client, 'connection') ?? {}, 'stream');
  return typeof stream === 'object' ? stream : null;
}
