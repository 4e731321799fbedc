import { z } from 'zod';
import type { OpenERP7 } from './openerp7.ts';

/** Presses a button of a module, such as `button_immediate_install`. */
export async function pressModuleButton(openerp: OpenERP7, module: string, button: string): Promise<void> {
  const { admin } = openerp;
  const found = await openerp.execute(admin, 'ir.module.module', 'search', [[['name', '=', module]]]);
  const ids = z.array(z.number()).length(1).parse(found);
  await openerp.execute(admin, 'ir.module.module', button, [ids]);
}

/** All that a database holds besides its rows. */
export async function readCatalog(openerp: OpenERP7): Promise<string[]> {
  const rows = await openerp.sql(`
    WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname = 'public')
    SELECT format('relation %s %s', relkind, relname) AS entry FROM pg_class WHERE relnamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT format('function %s', oid::regprocedure) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM ours)
    UNION ALL SELECT format('trigger %s on %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('constraint %s on %s', conname, conrelid::regclass) FROM pg_constraint
    ORDER BY 1`);
  return rows.map((row) => String(row['entry']));
}
