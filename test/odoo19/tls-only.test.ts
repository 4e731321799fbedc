import { afterAll, beforeAll, expect, it } from 'vitest';
import { DemonstrationPage, sendNotification } from '../support/browser/demonstration-page.ts';
import { type Odoo, startOdoo } from '../support/odoo/odoo.ts';
import { giveToOdoo, makeOdooRole, ODOO_ROLE } from '../support/odoo/odoo-role.ts';
import { startOdooSidecar } from '../support/odoo/odoo-sidecar.ts';
import type { PostgresAddress } from '../support/postgres/postgres.ts';
import { runRoleScript } from '../support/postgres/psql/role-script.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { startTlsPostgres, type TlsPostgres } from '../support/postgres/tls-postgres.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { series } from '../support/series/series.ts';

// A server that takes nobody without TLS, with a certificate that nobody trusts; and Odoo's database manager on it.
const FEW = { user: 'sidecar', password: 'its few rights' };
const MASTER = 'the master password';

let server: TlsPostgres;
/** How the tests reach it. */
let local: PostgresAddress;
let odoo: Odoo;

beforeAll(async () => {
  server = await startTlsPostgres(15, ['hostssl all all 127.0.0.1/32 md5']);
  local = { ...server, host: server.socketFolder };
  await makeOdooRole(local);
  odoo = await startOdoo({
    ...{ postgres: local, modules: ['web_socketio_demo'] },
    reach: { ...ODOO_ROLE, host: server.host },
    more: { db_sslmode: 'require', list_db: 'True', dbfilter: '.*', admin_passwd: MASTER },
    prepare: (database) => giveToOdoo(local, database),
  });
});

afterAll(async () => {
  await odoo?.stop();
  await server?.stop();
});

showLogOfFailures(series.name, () => odoo.server);

it('is reached over TLS by Odoo and by the sidecar, which reads the same file', async () => {
  const sidecar = await startOdooSidecar(odoo);
  const anna = await odoo.createUser('anna');
  const page = await DemonstrationPage.open(odoo, anna, sidecar.url);
  await sendNotification(odoo, anna, 'Lunch');
  await expect.poll(() => page.shown).toEqual(['Lunch']);
  const rows = await odoo.sql(
    `SELECT DISTINCT application_name LIKE 'odoo%' AS odoo, application_name = 'web_socketio' AS sidecar, ssl
     FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = $1 AND client_port > 0 ORDER BY 1`,
    [odoo.database],
  );
  expect(rows).toEqual([
    { odoo: false, sidecar: true, ssl: true },
    { odoo: true, sidecar: false, ssl: true },
  ]);
  expect(sidecar.log).not.toMatch(/ (WARNING|ERROR|CRITICAL) /);
});

it("lets Odoo's database manager copy and drop what it serves as the role with few rights", async () => {
  const { code, text } = await runRoleScript(local, odoo.database, FEW.user);
  expect({ code, text }).toMatchObject({ code: 0 });
  await TestDatabase.at(local, 'postgres').query(`ALTER ROLE ${FEW.user} PASSWORD '${FEW.password}'`);
  const copy = `${odoo.database}_copy`;
  const sidecar = await startOdooSidecar(odoo, {
    env: { WEB_SOCKETIO_DB_USER: FEW.user, WEB_SOCKETIO_DB_PASSWORD: FEW.password },
    // Of these it can reach only the first one now.
    args: ['-d', `${odoo.database},${copy}`],
  });
  const berta = await odoo.createUser('berta');
  const page = await DemonstrationPage.open(odoo, berta, sidecar.url);

  await manage('duplicate', { name: odoo.database, new_name: copy });
  // The original again, and the copy.
  await expect.poll(() => sidecar.log).toMatch(/(Connected to PostgreSQL[\s\S]*){3}/);
  await page.whenHeard();
  await sendNotification(odoo, berta, 'After the copy');
  await expect.poll(() => page.shown).toEqual(['After the copy']);

  await manage('drop', { name: copy });
  await expect.poll(() => sidecar.log).toMatch(/database_missing: [\s\S]*database_missing: /);
  await sendNotification(odoo, berta, 'After the drop');
  await expect.poll(() => page.shown).toEqual(['After the copy', 'After the drop']);
  expect(page.page.ended).toBe(false);
});

/** Fills in a form of Odoo's page `/web/database/manager`, which comes back with an alert where it fails. */
async function manage(action: 'duplicate' | 'drop', form: Readonly<Record<string, string>>): Promise<void> {
  const body = new URLSearchParams({ ...form, master_pwd: MASTER });
  const url = new URL(`/web/database/${action}`, odoo.url);
  const { status } = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  expect(status).toBe(303);
}
