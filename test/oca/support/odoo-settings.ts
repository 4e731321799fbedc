import { z } from 'zod';
import type { Odoo } from '../../support/odoo/odoo.ts';
import type { OdooUser } from '../../support/odoo/odoo-session.ts';

/** Makes a group with such values, of these users; not of those of the tests that go on. */
export async function createGroup(
  odoo: Odoo,
  values: Readonly<Record<string, unknown>>,
  users: readonly OdooUser[],
): Promise<void> {
  const user_ids = [[6, 0, users.map(({ uid }) => uid)]];
  const name = `Group of ${users.map(({ login }) => login).join(', ')}`;
  await odoo.execute(odoo.admin, 'res.groups', 'create', [{ name, user_ids, ...values }]);
}

/** Runs what Odoo runs every day: it removes what is too old, sessions among it. */
export async function vacuum(odoo: Odoo): Promise<void> {
  const [row] = await odoo.sql(
    "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'autovacuum_job'",
  );
  const id = z.number().parse(row?.['res_id']);
  await odoo.execute(odoo.admin, 'ir.cron', 'method_direct_trigger', [[id]]);
}

/** Gives a user two passkeys that nobody has. */
export async function addPasskeys(odoo: Odoo, { uid, login }: OdooUser): Promise<number> {
  const [row] = await odoo.sql(
    `INSERT INTO auth_passkey_key (name, credential_identifier, public_key, sign_count, create_uid)
     VALUES ('Lost', $1 || ' 1', 'a key', 0, $2), ('Kept', $1 || ' 2', 'a key', 0, $2) RETURNING id`,
    [login, uid],
  );
  return z.number().parse(row?.['id']);
}
