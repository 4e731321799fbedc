import { expect, it } from 'vitest';
import { pressModuleButton } from '../support/browser/module-button.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';

const odoo = useOdoo(['web_socketio_demo']);

/** The addons whose file is in the bundle of the web client. */
async function bundled(): Promise<unknown[]> {
  const rows = await odoo().sql(`
    SELECT data.module FROM ir_ui_view AS view
    JOIN ir_ui_view AS bundle ON bundle.id = view.inherit_id AND bundle.key = 'web.assets_backend'
    JOIN ir_model_data AS data ON data.model = 'ir.ui.view' AND data.res_id = view.id
    WHERE view.active AND view.arch_db LIKE '%/static/lib/' || data.module || '/odoo14.js%'
    ORDER BY 1`);
  return rows.map(({ module }) => module);
}

it('The bundle of the web client has the file of each addon, after an update as well, until they are uninstalled', async () => {
  const all = ['web_longpolling', 'web_socketio', 'web_socketio_demo'];
  expect(await bundled()).toEqual(all);
  await pressModuleButton(odoo(), 'web_socketio', 'button_immediate_upgrade');
  expect(await bundled()).toEqual(all);
  await pressModuleButton(odoo(), 'web_socketio_demo', 'button_immediate_uninstall');
  expect(await bundled()).toEqual(['web_longpolling', 'web_socketio']);
  await pressModuleButton(odoo(), 'web_socketio', 'button_immediate_uninstall');
  expect(await bundled()).toEqual([]);
});
