import type { OpenERPServer } from '../../contract/openerp-server.ts';

/** A server whose database can be looked into. */
type Server = Pick<OpenERPServer, 'sql'>;

const HASH = "sha256(convert_to($1, 'UTF8'))";

/** How many rows a token has: none or one. */
export async function countRows(server: Server, token: string): Promise<number> {
  const rows = await server.sql(`SELECT 1 FROM web_socketio_session WHERE token_sha256 = ${HASH}`, [token]);
  return rows.length;
}

/** The state of a token that is there: is a proof due, is its session locked, has it ended? */
export async function readRow(server: Server, token: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await server.sql(
    `SELECT uid, proof_due IS NOT NULL AS due, ended IS NOT NULL AS ended, locked IS NOT NULL AS locked, origin,
       context::json AS context, round(extract(epoch FROM now() - checked) / 60)::int AS checked_ago,
       round(extract(epoch FROM expires - now()))::int AS seconds_left
     FROM web_socketio_session WHERE token_sha256 = ${HASH}`,
    [token],
  );
  return row;
}

/** Sets columns of a token's row, such as `expires = now()`. */
export async function changeRow(server: Server, token: string, assignment: string): Promise<void> {
  await server.sql(`UPDATE web_socketio_session SET ${assignment} WHERE token_sha256 = ${HASH}`, [token]);
}

export function controlMessages(server: Server): Promise<Record<string, unknown>[]> {
  return messages(server, 'web_socketio.control');
}

export function messages(server: Server, channel: string): Promise<Record<string, unknown>[]> {
  return server.sql('SELECT uid, "values" FROM web_socketio_message WHERE channel = $1 ORDER BY id', [
    channel,
  ]);
}
