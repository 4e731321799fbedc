import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Odoo, startOdoo } from '../support/odoo/odoo.ts';
import { type PostgresServer, startPostgres } from '../support/postgres/postgres.ts';

/** The tests that are in the addons themselves, since they need Python and Odoo alone. */
const TESTS = ['/web_socketio', '/web_longpolling', '/web_socketio_demo'];
const RESULT = /(\d+) failed, (\d+) error\(s\) of (\d+) tests/;

let postgres: PostgresServer | undefined;
let odoo: Odoo | undefined;
beforeAll(async () => {
  postgres = await startPostgres(15);
  const args = ['--test-tags', TESTS.join(',')];
  odoo = await startOdoo({ postgres, modules: ['web_socketio_demo'], args });
});
afterAll(async () => {
  await odoo?.stop();
  await postgres?.stop();
});

it('The tests in the addons pass as Odoo runs them, at the installation', async () => {
  const line = (await odoo?.server.waitForLine(RESULT)) ?? '';
  const [failed, errors, run] = (RESULT.exec(line) ?? []).slice(1).map(Number);
  expect([failed, errors], odoo?.server.log).toEqual([0, 0]);
  expect(run).toBe(14);
});
