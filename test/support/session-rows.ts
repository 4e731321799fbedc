import type { Odoo19 } from './odoo19.ts';

const HASH = "sha256(convert_to($1, 'UTF8'))";

/** How many rows a token has: none or one. */
export async function countRows(odoo: Odoo19, token: string): Promise<number> {
  const rows = await odoo.sql(`SELECT 1 FROM web_socketio_session WHERE token_sha256 = ${HASH}`, [token]);
  return rows.length;
}

/** The state of a token that is there: is a proof due, has its session ended? */
export async function readRow(odoo: Odoo19, token: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await odoo.sql(
    `SELECT uid, proof_due IS NOT NULL AS due, ended IS NOT NULL AS ended,
       round(extract(epoch FROM expires - now()))::int AS seconds_left
     FROM web_socketio_session WHERE token_sha256 = ${HASH}`,
    [token],
  );
  return row;
}

/** Sets columns of a token's row, such as `expires = now()`. */
export async function changeRow(odoo: Odoo19, token: string, assignment: string): Promise<void> {
  await odoo.sql(`UPDATE web_socketio_session SET ${assignment} WHERE token_sha256 = ${HASH}`, [token]);
}

export function controlMessages(odoo: Odoo19): Promise<Record<string, unknown>[]> {
  return messages(odoo, 'web_socketio.control');
}

export function messages(odoo: Odoo19, channel: string): Promise<Record<string, unknown>[]> {
  return odoo.sql('SELECT uid, "values" FROM web_socketio_message WHERE channel = $1 ORDER BY id', [channel]);
}
