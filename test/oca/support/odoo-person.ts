import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Odoo } from '../../support/odoo/odoo.ts';
import type { OdooSession, OdooUser } from '../../support/odoo/odoo-session.ts';

/** How much of a session's id stays the same when it is rotated: by it Odoo names its devices. */
const IDENTIFIER = 42;

/** Presses a button that asks for the password first, and gives it. */
export async function press(
  session: OdooSession,
  { password }: OdooUser,
  model: string,
  method: string,
  ids: readonly number[],
): Promise<void> {
  const dialog = z
    .object({ res_model: z.literal('res.users.identitycheck'), res_id: z.number() })
    .safeParse(await session.call(model, method, [ids]));
  if (!dialog.success) return;
  const { res_model, res_id } = dialog.data;
  await session.call(res_model, 'run_check', [[res_id]], { context: { password } });
}

/** The device of a session, as the preferences list it. */
export async function deviceOf(odoo: Odoo, sessionId: string): Promise<number> {
  const [row] = await odoo.sql('SELECT id FROM res_device WHERE session_identifier = $1', [
    sessionId.slice(0, IDENTIFIER),
  ]);
  return z.number().parse(row?.['id']);
}

/** How often Odoo noted that the session's device was active, and when the last time was. */
export async function activityOf(odoo: Odoo, sessionId: string): Promise<unknown> {
  return await odoo.sql(
    'SELECT count(*)::int AS count, max(last_activity) AS last FROM res_device_log WHERE session_identifier = $1',
    [sessionId.slice(0, IDENTIFIER)],
  );
}

/** Where Odoo keeps a session. */
export function sessionFile({ configFile }: Odoo, sessionId: string): string {
  return join(dirname(configFile), 'data/sessions', sessionId.slice(0, 2), sessionId);
}

/** When a session was active last, to those who go by its file. */
export async function lastUse(odoo: Odoo, sessionId: string): Promise<number> {
  return (await stat(sessionFile(odoo, sessionId))).mtimeMs;
}
