import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const odoo = useOdoo(['web_socketio_demo', 'web_socketio_bus', 'web_live']);
const Id = z.number();
/** Without data where an addon has no texts. */
const Export = z.array(z.object({ data: z.union([z.string(), z.literal(false)]) }));
/** Of the moment, and of the build of Odoo. */
const CHANGING = /^"(POT-Creation-Date|PO-Revision-Date|Project-Id-Version): .*\n/gm;

/** The template of an addon's texts, as Odoo exports it in *Settings → Translations → Export Translation*. */
async function exportTemplate(addon: string): Promise<string> {
  const [module] = z
    .array(Id)
    .parse(await odoo().execute(odoo().admin, 'ir.module.module', 'search', [[['name', '=', addon]]]));
  const values = { lang: '__new__', format: 'po', export_type: 'module', modules: [[6, 0, [module]]] };
  const id = Id.parse(await odoo().execute(odoo().admin, 'base.language.export', 'create', [values]));
  await odoo().execute(odoo().admin, 'base.language.export', 'act_getfile', [[id]]);
  const read = await odoo().execute(odoo().admin, 'base.language.export', 'read', [[id], ['data']]);
  const [file] = Export.parse(read);
  return Buffer.from(file?.data || '', 'base64')
    .toString()
    .replace(CHANGING, '');
}

describe.each(['web_socketio', 'web_longpolling', 'web_socketio_bus', 'web_socketio_demo', 'web_live'])(
  'The addon %s',
  (addon) => {
    it('has the template of its texts as Odoo exports it: if not, run this test with -u', async () => {
      await expect(await exportTemplate(addon)).toMatchFileSnapshot(
        here(`../../addon/${addon}/i18n/${addon}.pot`),
      );
    });
  },
);
