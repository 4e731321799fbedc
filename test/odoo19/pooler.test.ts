import { afterAll, beforeAll, expect, it } from 'vitest';
import { DemonstrationPage, sendNotification } from '../support/browser/demonstration-page.ts';
import { type Odoo, startOdoo } from '../support/odoo/odoo.ts';
import { makeOdooSidecar, startOdooSidecar } from '../support/odoo/odoo-sidecar.ts';
import { startPgBouncer } from '../support/postgres/pgbouncer.ts';
import { type PostgresServer, startPostgres } from '../support/postgres/postgres.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { series } from '../support/series/series.ts';

// Odoo behind PgBouncer, which lends it connections for single transactions.
let postgres: PostgresServer;
let pool: PostgresServer;
let odoo: Odoo;
/** What the sidecar is told besides Odoo's file, which leads to the pool. */
let direct: Readonly<Record<string, string>>;

beforeAll(async () => {
  postgres = await startPostgres(15);
  pool = await startPgBouncer(postgres, { mode: 'transaction' });
  odoo = await startOdoo({ postgres, reach: pool, modules: ['web_socketio_demo'] });
  direct = { WEB_SOCKETIO_DB_PORT: `${postgres.port}` };
});

afterAll(async () => {
  await odoo?.stop();
  await pool?.stop();
  await postgres?.stop();
});

showLogOfFailures(series.name, () => odoo.server);

/** Sends it, and says how long after Odoo's answer it was shown, in milliseconds. */
async function timeOf(page: DemonstrationPage, send: () => Promise<void>): Promise<number> {
  const count = page.shown.length;
  await send();
  const start = performance.now();
  await expect.poll(() => page.shown.length, { interval: 5 }).toBe(count + 1);
  return performance.now() - start;
}

it('wakes the sidecar up, which is beside the pool, and ends its pages at the log-out', async () => {
  const sidecar = await startOdooSidecar(odoo, { env: direct });
  const anna = await odoo.createUser('anna');
  const [stays, leaves] = [
    await DemonstrationPage.open(odoo, anna, sidecar.url),
    await DemonstrationPage.open(odoo, anna, sidecar.url),
  ];
  await timeOf(stays, () => sendNotification(odoo, anna, 'the first'));
  // A sidecar that is not woken up reads every three seconds: what is sent right after such a read would wait for the next one, each time.
  const isQuick = async () => (await timeOf(stays, () => sendNotification(odoo, anna, 'the next'))) < 1_000;
  await expect.poll(isQuick).toBe(true);
  await expect.poll(() => leaves.shown).toEqual(stays.shown);
  await leaves.session.logOut();
  await leaves.whenEnded();
  expect(stays.page.ended).toBe(false);
  // What a lock of the wake-up would show that stayed with a connection of the pool.
  const locks = await odoo.sql(
    `SELECT count(*)::int AS count FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND classid = 8068 AND application_name <> 'web_socketio'`,
  );
  expect(locks).toEqual([{ count: 0 }]);
});

it('works on while a sidecar that follows its file to the pool is refused', async () => {
  const refused = makeOdooSidecar(odoo);
  await refused.listen();
  await expect
    .poll(() => refused.log)
    .toMatch(/ ERROR .*postgres_pooled: .* goes through a pooler .* Odoo may go on as it does\./);
  const sidecar = await startOdooSidecar(odoo, { env: direct });
  const berta = await odoo.createUser('berta');
  const page = await DemonstrationPage.open(odoo, berta, sidecar.url);
  await sendNotification(odoo, berta, 'Lunch');
  await expect.poll(() => page.shown).toEqual(['Lunch']);
  expect(refused.log).not.toContain('Connected to PostgreSQL');
  expect(odoo.server.log).not.toMatch(/ (ERROR|CRITICAL) /);
});
