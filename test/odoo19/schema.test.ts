import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionContract } from '../contract/session.ts';
import { DemonstrationPage, sendNotification } from '../support/browser/demonstration-page.ts';
import { pressModuleButton } from '../support/browser/module-button.ts';
import { type Odoo, startOdoo } from '../support/odoo/odoo.ts';
import { giveToOdoo, makeOdooRole, ODOO_ROLE } from '../support/odoo/odoo-role.ts';
import { startOdooSidecar } from '../support/odoo/odoo-sidecar.ts';
import { readCatalog } from '../support/postgres/catalog/database-catalog.ts';
import { type PostgresServer, startPostgres } from '../support/postgres/postgres.ts';
import { runRoleScript } from '../support/postgres/psql/role-script.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { series } from '../support/series/series.ts';

// A database in which the search_path of Odoo's role leads to a schema of its own, and psql's does not.
const SCHEMA = 'odoo_data';
const FEW = { user: 'sidecar', password: 'its few rights' };
const AS_FEW = { WEB_SOCKETIO_DB_USER: FEW.user, WEB_SOCKETIO_DB_PASSWORD: FEW.password };

let postgres: PostgresServer;
let odoo: Odoo;
let before: readonly string[];

beforeAll(async () => {
  postgres = await startPostgres(15);
  await makeOdooRole(postgres);
  odoo = await startOdoo({
    ...{ postgres, reach: ODOO_ROLE, modules: ['web'] },
    async prepare(database) {
      await giveToOdoo(postgres, database);
      const { user } = ODOO_ROLE;
      await TestDatabase.at(postgres, database).query(
        `CREATE SCHEMA ${SCHEMA} AUTHORIZATION ${user};
         ALTER ROLE ${user} IN DATABASE ${database} SET search_path = ${SCHEMA}, public`,
      );
    },
  });
  before = await readCatalog(odoo);
  await pressModuleButton(odoo, 'web_socketio_demo', 'button_immediate_install');
  const { code, text } = await runRoleScript(postgres, odoo.database, FEW.user);
  if (code !== 0) throw new Error(`The script for the role ended with ${code}: ${text}`);
  await TestDatabase.at(postgres, 'postgres').query(`ALTER ROLE ${FEW.user} PASSWORD '${FEW.password}'`);
});

afterAll(async () => {
  await odoo?.stop();
  await postgres?.stop();
});

showLogOfFailures(series.name, () => odoo.server);

it.each(['installation', 'update'])('has its tables where Odoo has its own after the %s', async (step) => {
  if (step === 'update') await pressModuleButton(odoo, 'web_socketio', 'button_immediate_upgrade');
  const rows = await odoo.sql(
    `SELECT DISTINCT relnamespace::regnamespace::text AS schema FROM pg_class
     WHERE relname IN ('res_users', 'ir_module_module') OR relname LIKE 'web_socketio%'
     UNION SELECT pronamespace::regnamespace::text FROM pg_proc WHERE proname LIKE 'web_socketio%'`,
  );
  expect(rows).toEqual([{ schema: SCHEMA }]);
});

sessionContract(() => odoo, series.dialect);

it.each([
  { as: "Odoo's role", env: {} },
  { as: 'the role with few rights', env: AS_FEW },
])(
  'brings notifications, and ends pages at the log-out, a new password and the archive: as $as',
  async ({ as, env }) => {
    const sidecar = await startOdooSidecar(odoo, { env });
    const pages = [];
    for (const name of ['anna', 'berta', 'carla', 'dora']) {
      const user = await odoo.createUser(`${name} as ${as}`);
      pages.push({ user, page: await DemonstrationPage.open(odoo, user, sidecar.url) });
    }
    for (const { user } of pages) await sendNotification(odoo, user, user.login);
    for (const { user, page } of pages) {
      await expect.poll(() => page.shown).toEqual([user.login]);
    }
    const [leaves, changed, archived, stays] = pages;
    const write = (uid: number | undefined, values: object) =>
      odoo.execute(odoo.admin, 'res.users', 'write', [[uid], values]);
    await leaves?.page.session.logOut();
    await write(changed?.user.uid, { password: 'another password' });
    await write(archived?.user.uid, { active: false });
    for (const one of [leaves, changed, archived]) await one?.page.whenEnded();
    if (stays === undefined) throw new Error('There are four pages.');
    await sendNotification(odoo, stays.user, 'Still here');
    await expect.poll(() => stays.page.shown).toEqual([stays.user.login, 'Still here']);
    expect(sidecar.log).not.toMatch(/ (WARNING|ERROR|CRITICAL) /);
  },
);

it('leaves nothing behind when it is uninstalled while a sidecar serves it, which says so', async () => {
  const sidecar = await startOdooSidecar(odoo, { env: AS_FEW });
  const added = (await readCatalog(odoo)).filter((entry) => !before.includes(entry));
  expect(added).toContain('relation r web_socketio_message');
  await pressModuleButton(odoo, 'web_socketio', 'button_immediate_uninstall');
  expect(await readCatalog(odoo)).toEqual(before);
  await expect
    .poll(() => sidecar.log)
    .toContain(`module_missing: The module web_socketio is not installed in '${odoo.database}'.`);
});
