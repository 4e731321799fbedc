import { expect, inject, it } from 'vitest';
import { sendNotification } from '../support/browser/demonstration-page.ts';
import { createDatabase } from '../support/postgres/postgres.ts';
import { changeRow, readRow } from '../support/postgres/session-rows.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { createEmployee, startOcaOdoo } from './support/oca-odoo.ts';
import { useOcaStack } from './support/oca-stack.ts';
import { deviceOf, press } from './support/odoo-person.ts';
import { logIn, Script } from './support/script.ts';

const IN_TIME_MS = 100_000;
const AT_ONCE_MS = 20_000;
const THREE_HOURS_S = 3 * 60 * 60;

// OCA's session_db: sessions are rows of another database. auth_session_timeout cannot run beside it.
let sessions: TestDatabase;

const stack = useOcaStack({}, async () => {
  const { postgres } = inject('installed');
  sessions = TestDatabase.at(postgres, await createDatabase(postgres));
  const { host, port, user, password } = postgres;
  const env = { SESSION_DB_URI: `postgresql://${user}:${password}@${host}:${port}/${sessions.name}` };
  const more = { server_wide_modules: 'base,rpc,web,session_db' };
  return startOcaOdoo({ env, more }, 'withoutTimeout');
});

it('ends a session within a minute whose row is removed, and touches none of the others', async () => {
  const { odoo } = stack();
  const [dora, dirk] = [await createEmployee(odoo, 'dora'), await createEmployee(odoo, 'dirk')];
  const [lost, kept] = [await logIn(stack(), dora), await logIn(stack(), dirk)];
  const ending = [
    await Script.open(stack(), await lost.token()),
    await Script.open(stack(), { session_id: lost.sessionId }),
  ];
  const staying = await Script.open(stack(), { session_id: kept.sessionId });
  const row = () =>
    sessions.query('SELECT write_date, payload FROM http_sessions WHERE sid = $1', [kept.sessionId]);
  const before = await row();
  await sessions.query('DELETE FROM http_sessions WHERE sid = $1', [lost.sessionId]);
  const start = performance.now();
  const took = await Promise.all(ending.map((script) => script.whenEnded(IN_TIME_MS).catch(() => 'alive')));
  process.stdout.write(`${took}; ${Math.round(performance.now() - start)} ms\n`);
  expect(ending.map(({ end }) => end?.code)).toEqual(['session_ended', 'session_ended']);
  expect(await row()).toEqual(before);
  await sendNotification(odoo, dirk, 'Still here');
  await expect.poll(() => staying.shown).toEqual(['Still here']);
});

it('ends at once a session that logs out, and one whose device is revoked', async () => {
  const { odoo } = stack();
  const dina = await createEmployee(odoo, 'dina');
  const [leaves, lost, kept] = [
    await logIn(stack(), dina),
    await logIn(stack(), dina),
    await logIn(stack(), dina),
  ];
  const [one, other, staying] = await Promise.all(
    [leaves, lost, kept].map(async (session) => Script.open(stack(), await session.token())),
  );
  await leaves.logOut();
  await one?.whenEnded(AT_ONCE_MS);
  await press(kept, dina, 'res.device', 'revoke', [await deviceOf(odoo, lost.sessionId)]);
  await other?.whenEnded(AT_ONCE_MS);
  expect(staying?.connected).toBe(true);
});

it('goes on with a session whose id Odoo rotates', async () => {
  const { odoo } = stack();
  const doro = await createEmployee(odoo, 'doro');
  const [session, witness] = [await logIn(stack(), doro), await logIn(stack(), doro)];
  const script = await Script.open(stack(), await session.token());
  const ending = await Script.open(stack(), await witness.token());
  const old = session.sessionId;
  await sessions.query(
    `UPDATE http_sessions SET payload = jsonb_set(payload::jsonb, '{create_time}', to_jsonb($2::float))::text WHERE sid = $1`,
    [old, Date.now() / 1000 - 2 * THREE_HOURS_S],
  );
  await session.call('res.users', 'search_count', [[]]);
  expect(session.sessionId).not.toBe(old);
  // By the time that this one is found to be gone, the other one has been looked at, too.
  await sessions.query('DELETE FROM http_sessions WHERE sid = $1', [witness.sessionId]);
  await ending.whenEnded(IN_TIME_MS);
  await sendNotification(odoo, doro, 'Still here');
  await expect.poll(() => script.shown).toEqual(['Still here']);
});

it('ends nothing while the sessions cannot be read, and goes on afterwards', async () => {
  const { odoo } = stack();
  const dunja = await createEmployee(odoo, 'dunja');
  const session = await logIn(stack(), dunja);
  const { token } = await session.token();
  const script = await Script.open(stack(), { token });
  await sessions.query('ALTER TABLE http_sessions RENAME TO http_sessions_away');
  const start = stack().sidecar.logLength;
  try {
    // As if the last look had been long ago.
    await changeRow(odoo, token, "checked = now() - interval '2 minutes'");
    await expect
      .poll(() => odoo.server.log, { timeout: IN_TIME_MS })
      .toMatch(/"POST \/web_socketio\/check.*[\s\S]*http_sessions/);
  } finally {
    await sessions.query('ALTER TABLE http_sessions_away RENAME TO http_sessions');
  }
  expect(await readRow(odoo, token)).toMatchObject({ ended: false });
  process.stdout.write(`${stack().sidecar.logSince(start)}\n`);
  await sendNotification(odoo, dunja, 'Still here');
  await expect.poll(() => script.shown).toEqual(['Still here']);
  expect(await script.call('res.users', 'read', [[dunja.uid], ['login']])).toMatchObject([
    { login: 'dunja' },
  ]);
});
