import { expect, it } from 'vitest';
import { pressModuleButton } from '../support/browser/module-button.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { readCatalog } from '../support/postgres/catalog/database-catalog.ts';

const odoo = useOdoo(['web']);

const press = (module: string, button: string) => pressModuleButton(odoo(), module, button);

it('Uninstalling leaves nothing behind in the database', async () => {
  const before = await readCatalog(odoo());
  await press('web_socketio_demo', 'button_immediate_install');
  const added = (await readCatalog(odoo())).filter((entry) => !before.includes(entry));
  expect(added).toEqual(
    expect.arrayContaining([
      'relation r web_socketio_message',
      'function web_socketio_end_session(bytea)',
      'trigger web_socketio_user_changed on res_users',
      'relation r web_socketio_demo_notification',
    ]),
  );
  await press('web_socketio', 'button_immediate_uninstall');
  expect(await readCatalog(odoo())).toEqual(before);
});

it('It can be installed again, and users can still be changed in between', async () => {
  const user = await odoo().createUser('anna');
  await odoo().execute(odoo().admin, 'res.users', 'write', [[user.uid], { password: 'another password' }]);
  await press('web_socketio', 'button_immediate_install');
  const session = await odoo().logIn({ login: user.login, password: 'another password' });
  expect(await session.token()).toMatchObject({ uid: user.uid });
});

it('An update gives the tables of an addon that had none their version', async () => {
  const readVersion = () => odoo().sql('SELECT version, compatible FROM web_socketio_state');
  const installed = await readVersion();
  expect(installed).toEqual([{ version: expect.any(Number), compatible: expect.any(Number) }]);
  await odoo().sql('ALTER TABLE web_socketio_state DROP COLUMN version, DROP COLUMN compatible');
  await press('web_socketio', 'button_immediate_upgrade');
  expect(await readVersion()).toEqual(installed);
});
