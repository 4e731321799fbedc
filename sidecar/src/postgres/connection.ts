import pg from 'pg';

/** Where a PostgreSQL server is and as whom to log in. The password is never logged. */
export interface PostgresOptions {
  /** A host name, or the folder of a Unix socket; undefined is libpq's default. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** A query that takes longer than this on a small table means that the link is dead. */
const QUERY_TIMEOUT_MS = 5_000;
/** Short, so that a server that comes back is not kept waiting by an attempt that was made before. */
const CONNECT_TIMEOUT_MS = 2_000;

/** What `pg` is given for one database. */
export function clientConfig(options: PostgresOptions, database: string): pg.ClientConfig {
  return {
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.password === undefined ? {} : { password: options.password }),
    database,
    application_name: 'web_socketio',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
  };
}

/** Closes a connection. `end` waits for an answer that a dead link never gives: the socket is destroyed after a second. */
export async function closeClient(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => destroyClient(client), 1_000);
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

/** Not in pg's types, and the only way to let go of a link that does not answer. */
export function destroyClient(client: pg.Client): void {
  const stream: unknown = Reflect.get(Reflect.get(client, 'connection') ?? {}, 'stream');
  if (typeof stream === 'object' && stream !== null && 'destroy' in stream) {
    if (typeof stream.destroy === 'function') stream.destroy();
  }
}

/** The pool of one database: handshakes, inserts. Reading messages has its own connection. */
export function openPool(options: PostgresOptions, database: string): pg.Pool {
  const pool = new pg.Pool({ ...clientConfig(options, database), max: 5, idleTimeoutMillis: 30_000 });
  // An idle connection that dies is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
