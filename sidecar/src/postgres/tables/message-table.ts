import type { Values } from '../../api/message.ts';
import { nameFailure } from '../connect/failure.ts';
import type { ConnectionPool } from '../connect/pool.ts';

const INSERT = `INSERT INTO web_socketio_message (channel, uid, "values") VALUES ($1, $2, $3)`;

/**
 * Inserts a message as the addon's models do. Not on the subscription's connection: its own lock keeps the wake-up from being sent.
 * @throws SidecarError what `nameFailure` makes of a failure
 */
export async function insertMessage(
  pool: ConnectionPool,
  database: string,
  channel: string,
  uid: number | null,
  values: Values,
): Promise<void> {
  await pool.query(INSERT, [channel, uid, JSON.stringify(values)]).catch((error: unknown) => {
    throw nameFailure(error, database);
  });
}
