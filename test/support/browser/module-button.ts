import type { Odoo } from '../odoo/odoo.ts';

/** Presses a button of a module, such as `button_immediate_upgrade`, and waits until it has worked. */
export async function pressModuleButton(odoo: Odoo, module: string, button: string): Promise<void> {
  const ids = await odoo.execute(odoo.admin, 'ir.module.module', 'search', [[['name', '=', module]]]);
  await odoo.execute(odoo.admin, 'ir.module.module', button, [ids]);
}
