import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { askAsSidecar, checkTokens, EXPIRED_SESSION, userWithToken } from '../contract/openerp-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { postJson } from '../support/odoo/odoo-rpc.ts';
import { OdooSession } from '../support/odoo/odoo-session.ts';
import { controlMessages, readRow } from '../support/postgres/session-rows.ts';

const odoo = useOdoo(['web_socketio_test']);

// While the gate has a row, whoever comes to it waits, and in no lock that a time limit is for.
const WAIT = 'WHILE EXISTS (SELECT FROM test_gate) LOOP PERFORM pg_sleep(0.02); END LOOP;';
/** So many sessions are held in one test … */
const HELD = 12;
/** … for each of which Odoo waits so long, if it waits for it. */
const HELD_MS = 2_000;

beforeAll(async () => {
  await odoo().sql('CREATE TABLE test_gate (closed boolean)');
  await odoo().sql(
    `CREATE FUNCTION test_wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${WAIT} RETURN NULL; END $$`,
  );
  await odoo().sql(
    `CREATE TRIGGER test_wait AFTER INSERT OR UPDATE OF expires ON web_socketio_session
     FOR EACH ROW EXECUTE PROCEDURE test_wait()`,
  );
});

/** Closes the gate; returns what opens it, which happens after the test in any case. */
async function closeGate(): Promise<() => Promise<void>> {
  await odoo().sql('INSERT INTO test_gate VALUES (true)');
  const open = async () => void (await odoo().sql('DELETE FROM test_gate'));
  onTestFinished(open);
  return open;
}

/** Waits until a statement that looks so waits at the gate. */
async function isAtGate(statement: string): Promise<void> {
  const waiting = () =>
    odoo().sql(
      `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query ~ $1
         AND wait_event = 'PgSleep'`,
      [statement],
    );
  await expect.poll(waiting).toHaveLength(1);
}

const rowsOf = ({ uid }: { uid: number }) =>
  odoo().sql('SELECT ended IS NOT NULL AS ended FROM web_socketio_session WHERE uid = $1', [uid]);

describe('A session that is over by the time its token is committed', () => {
  it('gets none, and what was made of it is worth nothing', async () => {
    const user = await odoo().createUser('anna');
    const session = await odoo().logIn(user);
    const other = Object.assign(new OdooSession(odoo().url), { sessionId: session.sessionId });
    const open = await closeGate();
    const refused = expect(session.token()).rejects.toMatchObject(EXPIRED_SESSION);
    await isAtGate('INSERT INTO web_socketio_session');
    await other.logOut();
    await open();
    await refused;
    expect((await rowsOf(user)).filter(({ ended }) => !ended)).toEqual([]);
  });

  it('gets none for its id either', async () => {
    const user = await odoo().createUser('berta');
    const session = await odoo().logIn(user);
    const { sessionId: session_id } = session;
    const open = await closeGate();
    const answer = askAsSidecar(odoo(), 'exchange', { session_id });
    await isAtGate('INSERT INTO web_socketio_session');
    await session.logOut();
    await open();
    expect(await answer).toEqual({ refused: 'over' });
    expect((await rowsOf(user)).filter(({ ended }) => !ended)).toEqual([]);
  });

  it('keeps none that it had: the row is ended although its page has just extended it', async () => {
    const { session, token, handle } = await userWithToken(odoo(), 'clara');
    const other = Object.assign(new OdooSession(odoo().url), { sessionId: session.sessionId });
    const open = await closeGate();
    const refused = expect(session.renew({ handle })).rejects.toMatchObject(EXPIRED_SESSION);
    await isAtGate('UPDATE web_socketio_session');
    // The row is held: see below.
    await other.logOut();
    await open();
    await refused;
    expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
  });

  it('is for another user then: the token of the one before is gone, and the page may ask again', async () => {
    const [eva, emil] = [await odoo().createUser('eva'), await odoo().createUser('emil')];
    const session = await odoo().logIn(eva);
    const { sessionId } = session;
    const other = Object.assign(new OdooSession(odoo().url), { sessionId });
    const open = await closeGate();
    const refused = session.token().catch((error: unknown) => error);
    await isAtGate('INSERT INTO web_socketio_session');
    await other.logIn(odoo().database, emil);
    await open();
    await refused;
    expect((await rowsOf(eva)).filter(({ ended }) => !ended)).toEqual([]);
  });
});

it('A change of credentials is told even where no token is there yet: one may be on its way', async () => {
  const user = await odoo().createUser('gerda');
  const before = (await controlMessages(odoo())).length;
  await odoo().sql("UPDATE res_users SET password = 'x' WHERE id = $1", [user.uid]);
  expect((await controlMessages(odoo())).slice(before)).toEqual([
    { uid: user.uid, values: { type: 'proof_due', uid: user.uid } },
  ]);
});

describe("A handle ends nobody's token", () => {
  it.each(['', 'a'.repeat(84)])('without its session: cookie "%s"', async (cookie) => {
    const { token, handle } = await userWithToken(odoo(), `hanna${cookie.length}`);
    const stranger = Object.assign(new OdooSession(odoo().url), { sessionId: cookie });
    await expect(stranger.renew({ handle })).rejects.toMatchObject(EXPIRED_SESSION);
    expect(await readRow(odoo(), token)).toMatchObject({ ended: false });
    expect(await checkTokens(odoo(), [token])).toEqual(['live']);
    // The token itself proves that it is one's own.
    await expect(stranger.token(token)).rejects.toMatchObject(EXPIRED_SESSION);
    expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
  });

  it('but that of its own session', async () => {
    const { user, session, token, handle } = await userWithToken(odoo(), 'hilda');
    await odoo().sql("UPDATE res_users SET password = 'x' WHERE id = $1", [user.uid]);
    await expect(session.renew({ handle })).rejects.toMatchObject(EXPIRED_SESSION);
    expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
  });
});

describe('While another transaction holds the rows of a session', () => {
  it('a log-out waits for two seconds only, and has the sidecars ask for what they cannot read', async () => {
    const { session, token } = await userWithToken(odoo(), 'ida');
    const session_hash = createHash('sha256').update(storedPart(session.sessionId)).digest('hex');
    const open = await closeGate();
    const held = odoo().sql(`DO $$ BEGIN
      UPDATE web_socketio_session SET context = context; ${WAIT} END $$`);
    await isAtGate('SET context = context');
    const before = (await controlMessages(odoo())).length;
    await session.logOut();
    expect((await controlMessages(odoo())).slice(before)).toMatchObject([
      { values: { type: 'look', session_hash } },
    ]);
    expect(await readRow(odoo(), token)).toMatchObject({ ended: false });
    await open();
    await held;
    expect(await checkTokens(odoo(), [token])).toEqual(['over']);
    expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
  });

  it('a look at many that are over waits for a few of them, and says of all that they are', async () => {
    const user = await odoo().createUser('jana');
    const sessions = await Promise.all(Array.from({ length: HELD }, () => odoo().logIn(user)));
    const tokens = await Promise.all(sessions.map(async (session) => (await session.token()).token));
    const open = await closeGate();
    const held = odoo().sql(`DO $$ BEGIN
      UPDATE web_socketio_session SET context = context WHERE uid = ${user.uid}; ${WAIT} END $$`);
    await isAtGate('SET context = context');
    await Promise.all(sessions.map((session) => session.logOut()));
    const start = performance.now();
    expect(await checkTokens(odoo(), tokens)).toEqual(tokens.map(() => 'over'));
    // No row could be written in the time, so one after the other would be slower on any machine.
    expect(performance.now() - start).toBeLessThan(HELD * HELD_MS);
    await open();
    await held;
    expect(await checkTokens(odoo(), tokens)).toEqual(tokens.map(() => 'over'));
    expect(new Set((await rowsOf(user)).map(({ ended }) => ended))).toEqual(new Set([true]));
  });
});

describe('A session', () => {
  it('has one origin, whichever host its later requests name', async () => {
    const { session, token } = await userWithToken(odoo(), 'judith');
    const url = new URL('/web_socketio/token', odoo().url);
    url.hostname = 'localhost';
    const { result } = await postJson(url, {}, session.headers);
    const { token: second } = z.object({ token: z.string() }).parse(result);
    for (const one of [token, second])
      expect(await readRow(odoo(), one)).toMatchObject({ origin: new URL(odoo().url).origin });
  });
});

it.each(['99999999999999999999', '²', '5'])(
  'A lifetime of %s keeps no session from its end: it is told once',
  async (value) => {
    const { session, token } = await userWithToken(odoo(), `karla${value}`);
    const parameter = ['web_socketio.token_lifetime', value];
    await odoo().execute(odoo().admin, 'ir.config_parameter', 'set_param', parameter);
    onTestFinished(async () => {
      await odoo().execute(odoo().admin, 'ir.config_parameter', 'set_param', [parameter[0], '']);
    });
    await expect(session.token()).rejects.toMatchObject({ fault: 'odoo.exceptions.UserError' });
    expect(await checkTokens(odoo(), [token])).toEqual(['live']);
    expect(await checkTokens(odoo(), [token])).toEqual(['live']);
    const told = odoo()
      .server.log.split('\n')
      .filter((line) => line.includes(`token_lifetime is '${value}'`));
    expect(told.filter((line) => line.includes('default'))).toHaveLength(1);
  },
);

/** What of its id a session keeps: from 18.0 on it has two parts. */
const storedPart = (sessionId: string) => (sessionId.length > 42 ? sessionId.slice(0, 42) : sessionId);
