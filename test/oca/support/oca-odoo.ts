import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { z } from 'zod';
import { type Odoo, type OdooOptions, startOdoo } from '../../support/odoo/odoo.ts';
import type { OdooUser } from '../../support/odoo/odoo-session.ts';
import type { InstalledDatabases } from './installed-database.ts';

/** Where OCA's addons are. */
export const OCA_ADDONS = fileURLToPath(new URL('../../../.cache/oca/addons', import.meta.url));

/** An Odoo in which OCA's addons are installed, with a database of its own. Whoever starts it stops it. */
export function startOcaOdoo(
  options: Partial<OdooOptions> = {},
  kind: 'all' | 'withoutTimeout' = 'all',
): Promise<Odoo> {
  const { postgres, [kind]: template }: InstalledDatabases = inject('installed');
  return startOdoo({ postgres, modules: [], addonsPaths: [OCA_ADDONS], template, ...options });
}

/** An employee with a password that `password_security` accepts. */
export async function createEmployee(odoo: Odoo, login: string): Promise<OdooUser> {
  const password = `The Password of ${login}, 1`;
  const values = { name: login, login, password };
  const uid = z.number().parse(await odoo.execute(odoo.admin, 'res.users', 'create', [values]));
  return { uid, login, password };
}

/** Sets a system parameter as an administrator does. */
export async function setParameter(odoo: Odoo, key: string, value: string): Promise<void> {
  await odoo.execute(odoo.admin, 'ir.config_parameter', 'set_param', [key, value]);
}
