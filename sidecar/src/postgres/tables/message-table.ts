import type { Values } from '../../api/message.ts';
import type { ConnectionPool } from '../connect/pool.ts';

/** Inserts a message as the addon's models do. Not on the subscription's connection: its own lock keeps the wake-up from being sent. */
export async function insertMessage(
  pool: ConnectionPool,
  channel: string,
  uid: number | null,
  values: Values,
): Promise<void> {
  await pool.query(`INSERT INTO web_socketio_message (channel, uid, "values") VALUES ($1, $2, $3)`, [
    channel,
    uid,
    JSON.stringify(values),
  ]);
}
