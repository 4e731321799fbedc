import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Odoo, startOdoo } from '../support/odoo/odoo.ts';
import { type PostgresServer, startPostgres } from '../support/postgres/postgres.ts';
import { series } from '../support/series/series.ts';

/** The tests that are in the addons themselves, since they need Python and Odoo alone. */
const TESTS = ['/web_socketio', '/web_longpolling', '/web_socketio_demo', '/web_socketio_bus', '/web_live'];
/** The number of tests of each; what serves Odoo's bus is for series that have one of its kind, and live views for those with later views. */
const COUNTS: Record<string, number> = {
  ...{ web_socketio: 40, web_socketio_demo: 2 },
  ...(series.hasBus ? { web_socketio_bus: 9 } : {}),
  ...(series.hasLiveViews ? { web_live: 39 } : {}),
};
const STARTED = /odoo\.addons\.(\w+)\.tests\.\w+: Starting \w+\.(test_\w+)/;
const WRONG = / (ERROR|CRITICAL) |: (FAIL|ERROR): /;

let postgres: PostgresServer | undefined;
let odoo: Odoo | undefined;
beforeAll(async () => {
  postgres = await startPostgres(15);
  const args = ['--test-tags', TESTS.join(',')];
  odoo = await startOdoo({ postgres, modules: Object.keys(COUNTS), args });
});
afterAll(async () => {
  await odoo?.stop();
  await postgres?.stop();
});

it('The tests in the addons pass as Odoo runs them, at the installation', async () => {
  // The tests of the installation have run before.
  await odoo?.server.waitForLine(/\d+ post-tests in /);
  const lines = odoo?.server.log.split('\n') ?? [];
  expect(lines.filter((line) => WRONG.test(line))).toEqual([]);
  const started = lines.flatMap((line) => STARTED.exec(line)?.[1] ?? []);
  const count = (addon: string) => started.filter((name) => name === addon).length;
  expect(Object.fromEntries(Object.keys(COUNTS).map((addon) => [addon, count(addon)]))).toEqual(COUNTS);
});
