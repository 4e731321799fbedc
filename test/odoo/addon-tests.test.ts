import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Odoo, startOdoo } from '../support/odoo/odoo.ts';
import { type PostgresServer, startPostgres } from '../support/postgres/postgres.ts';

/** The tests that are in the addons themselves, since they need Python and Odoo alone. */
const TESTS = ['/web_socketio', '/web_longpolling', '/web_socketio_demo'];
const STARTED = /odoo\.addons\.(\w+)\.tests\.\w+: Starting \w+\.(test_\w+)/;
const WRONG = / (ERROR|CRITICAL) |: (FAIL|ERROR): /;

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
  // The tests of the installation have run before.
  await odoo?.server.waitForLine(/\d+ post-tests in /);
  const lines = odoo?.server.log.split('\n') ?? [];
  expect(lines.filter((line) => WRONG.test(line))).toEqual([]);
  const started = lines.flatMap((line) => STARTED.exec(line)?.[1] ?? []);
  const count = (addon: string) => started.filter((name) => name === addon).length;
  expect([count('web_socketio'), count('web_socketio_demo')]).toEqual([24, 2]);
});
