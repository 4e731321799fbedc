import pg from 'pg';
import { reason } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { closeClient } from '../connect/connection.ts';

/** What stands between the sidecar and the server: nothing, or a pooler that gives each client a server connection. */
export type Link = 'direct' | 'session';

const ROUNDS = 3;

/**
 * Makes sure that a connection has one backend to itself. A pooler that works by transactions or statements gives it
 * another one each time, and lends that to others with all that was set there: nobody would be woken up, and Odoo would
 * plan its queries with the sidecar's settings.
 *
 * PostgreSQL tells a client the process of its backend at the log-in; a pooler that changes backends cannot, and makes
 * a number up. Then a second connection looks whether it is given the first one's backend, or makes that move to
 * another. Nothing is set or listened to before, and the transactions are empty: this leaves nothing behind.
 *
 * @param client a fresh connection
 * @param second opens another one of the same kind; it is closed here
 * @throws SidecarError `postgres_pooled`
 */
export async function proveBackend(
  client: pg.Client,
  database: string,
  second: () => Promise<pg.Client>,
): Promise<Link> {
  if (await isDirect(client)) return 'direct';
  const own = await backendOf(client);
  const other = await second();
  try {
    await expectAnswer(other, database);
    const expectOwn = async () => {
      if ((await backendOf(client)) !== own) throw pooled(database);
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      if ((await backendOf(other)) === own) throw pooled(database);
      await beginOn(other, database);
      await expectOwn();
      await other.query('COMMIT');
      // What was returned last is lent first; with server_round_robin = 1 it is lent last.
      await expectOwn();
      await expectOwn();
    }
    return 'session';
  } finally {
    await closeClient(other);
  }
}

/** Is what was said at the log-in the process that answers? */
export async function isDirect(client: pg.ClientBase): Promise<boolean> {
  return (await backendOf(client)) === Reflect.get(client, 'processID');
}

/** Said of a connection that is not one backend's. */
export function pooled(database: string): SidecarError {
  return new SidecarError(
    'postgres_pooled',
    `The way to '${database}' goes through a pooler that lends connections for single transactions, such as PgBouncer with pool_mode = transaction. The sidecar needs connections of its own: point WEB_SOCKETIO_DB_HOST and WEB_SOCKETIO_DB_PORT at PostgreSQL itself, or at a pool with pool_mode = session. Odoo may go on as it does.`,
  );
}

/** A pooler lets a connection in, and its first statement wait until a server connection is free. */
async function expectAnswer(client: pg.Client, database: string): Promise<void> {
  try {
    await backendOf(client);
  } catch (error) {
    throw new SidecarError(
      'postgres_waiting',
      `The pooler before '${database}' has no second connection for the sidecar: ${reason(error)}. The sidecar needs six: raise its pool_size, or point WEB_SOCKETIO_DB_HOST and WEB_SOCKETIO_DB_PORT at PostgreSQL itself.`,
      { cause: error },
    );
  }
}

/** A pooler that works by statements refuses transactions. */
async function beginOn(client: pg.Client, database: string): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query('SELECT 1');
  } catch (error) {
    throw error instanceof pg.DatabaseError ? pooled(database) : error;
  }
}

async function backendOf(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}
