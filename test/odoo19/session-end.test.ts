import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  askAsSidecar,
  callByToken,
  checkTokens,
  EXPIRED_SESSION,
  refused,
  userWithToken,
} from '../contract/openerp-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import type { OdooSession, OdooUser } from '../support/odoo/odoo-session.ts';
import { changeSessionFile, readSessionFile, removeSessionFile } from '../support/odoo/session-file.ts';
import { controlMessages, readRow } from '../support/postgres/session-rows.ts';

const odoo = useOdoo(['web_socketio_test', 'mail', 'auth_timeout']);
const LOCKED = { fault: 'odoo.addons.auth_timeout.models.ir_http.CheckIdentityException', code: 100 };
const HOURS_MS = 60 * 60 * 1000;
const stateOf = async (token: string) => (await checkTokens(odoo(), [token]))[0];
const callWith = (token: string) => callByToken(odoo(), token, 'res.users', 'context_get');

describe('A device that is revoked', () => {
  it('loses its tokens at once, and no other device of its user does', async () => {
    const { user, session, token } = await userWithToken(odoo(), 'rita');
    const other = await odoo().logIn(user);
    const { token: kept } = await other.token();
    await beUsed(session);
    const [device] = await devices(other, [['session_identifier', '=', session.sessionId.slice(0, 42)]]);
    const before = (await controlMessages(odoo())).length;
    await confirmed(other, user, 'res.device', 'revoke', [[device?.id]]);
    expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
    expect((await controlMessages(odoo())).slice(before)).toMatchObject([{ values: { type: 'ended' } }]);
    await expect(callWith(token)).rejects.toMatchObject(refused('over'));
    const byPassword = odoo().execute({ uid: user.uid, password: token }, 'res.users', 'context_get');
    await expect(byPassword).rejects.toMatchObject({ fault: 'odoo.exceptions.AccessDenied' });
    expect(await checkTokens(odoo(), [token, kept])).toEqual(['over', 'live']);
  });

  it('is each of them but this one with "Log out from all devices"', async () => {
    const { user, session, token } = await userWithToken(odoo(), 'alma');
    const second = await odoo().logIn(user);
    const { token: other } = await second.token();
    await beUsed(second);
    await confirmed(session, user, 'res.users', 'action_revoke_all_devices', [[user.uid]]);
    expect(await readRow(odoo(), other)).toMatchObject({ ended: true });
    expect(await checkTokens(odoo(), [token, other])).toEqual(['live', 'over']);
  });
});

describe('Whatever makes the check of Odoo fail ends the tokens of a session:', () => {
  it('a passkey that was added', async () => {
    const { user, session, token, handle } = await userWithToken(odoo(), 'petra');
    await odoo().sql(
      `INSERT INTO auth_passkey_key (name, credential_identifier, public_key, sign_count, create_uid)
       VALUES ('key', 'x', 'x', 0, $1)`,
      [user.uid],
    );
    expect(await stateOf(token)).toBe('over');
    expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
    await expect(session.renew({ handle })).rejects.toMatchObject(EXPIRED_SESSION);
  });

  it("the session's file that is gone", async () => {
    const { session, token } = await userWithToken(odoo(), 'frieda');
    const { token: second } = await session.token();
    await removeSessionFile(odoo(), session.sessionId);
    expect(await stateOf(token)).toBe('over');
    expect(await readRow(odoo(), second)).toMatchObject({ ended: true });
  });

  it("the database's secret that was changed", async () => {
    const { token } = await userWithToken(odoo(), 'selma');
    await odoo().sql(`UPDATE ir_config_parameter SET value = 'another' WHERE key = 'database.secret'`);
    expect(await stateOf(token)).toBe('over');
  });

  it('a session that has become too old for auth_timeout', async () => {
    const { session, token } = await userWithToken(odoo(), 'otto');
    await lockAfterMinutes({ lock_timeout: 60 });
    expect(await stateOf(token)).toBe('live');
    await changeSessionFile(odoo(), session.sessionId, { create_time: (Date.now() - 2 * HOURS_MS) / 1000 });
    expect(await stateOf(token)).toBe('over');
    await lockAfterMinutes({ lock_timeout: 0 });
  });

  it('by a call with the token as the password, too', async () => {
    const { user, session, token } = await userWithToken(odoo(), 'olga');
    const byPassword = () => odoo().execute({ uid: user.uid, password: token }, 'res.users', 'context_get');
    await lockAfterMinutes({ lock_timeout: 60 });
    expect(await byPassword()).toMatchObject({ uid: user.uid });
    await changeSessionFile(odoo(), session.sessionId, { create_time: (Date.now() - 2 * HOURS_MS) / 1000 });
    await expect(byPassword()).rejects.toMatchObject({ fault: 'odoo.exceptions.AccessDenied' });
    expect(await readRow(odoo(), token)).toMatchObject({ ended: true });
    await lockAfterMinutes({ lock_timeout: 0 });
  });
});

describe('A locked screen', () => {
  it('is no end: nothing is answered until it is unlocked, and then all goes on with the same token', async () => {
    const { user, session, token, handle } = await userWithToken(odoo(), 'lola');
    await lockAfterMinutes({ lock_timeout_inactivity: 1 });
    expect(await stateOf(token)).toBe('live');
    await lock(session);

    const early = odoo().execute({ uid: user.uid, password: token }, 'res.users', 'context_get');
    await expect(early).rejects.toMatchObject({ fault: 'odoo.exceptions.AccessDenied' });
    await expect(callWith(token)).rejects.toMatchObject(refused('locked'));
    expect(await readRow(odoo(), token)).toMatchObject({ locked: true, ended: false });
    expect(await stateOf(token)).toBe('locked');
    await expect(session.renew({ handle })).rejects.toMatchObject(LOCKED);
    const { sessionId: session_id } = session;
    expect(await askAsSidecar(odoo(), 'exchange', { session_id })).toEqual({ refused: 'locked' });
    const byPassword = odoo().execute({ uid: user.uid, password: token }, 'res.users', 'context_get');
    await expect(byPassword).rejects.toMatchObject({ fault: 'odoo.exceptions.AccessDenied' });
    expect(await readRow(odoo(), token)).toMatchObject({ locked: true, ended: false });

    await unlock(session, user);
    expect(await stateOf(token)).toBe('renewed');
    expect(await readRow(odoo(), token)).toMatchObject({ locked: false });
    expect(await callWith(token)).toMatchObject({ uid: user.uid });
    await lockAfterMinutes({ lock_timeout_inactivity: 0 });
  });

  it('is told to the sidecars when Odoo tells it to any page of the session', async () => {
    const { user, session, token } = await userWithToken(odoo(), 'leah');
    await lockAfterMinutes({ lock_timeout_inactivity: 1 });
    await lock(session);
    const before = (await controlMessages(odoo())).length;
    await expect(session.call('res.users', 'context_get')).rejects.toMatchObject(LOCKED);
    await expect(session.call('res.users', 'context_get')).rejects.toMatchObject(LOCKED);
    expect(await readRow(odoo(), token)).toMatchObject({ locked: true, ended: false });
    expect((await controlMessages(odoo())).slice(before)).toMatchObject([{ values: { type: 'locked' } }]);
    await unlock(session, user);
    expect(await stateOf(token)).toBe('renewed');
    await lockAfterMinutes({ lock_timeout_inactivity: 0 });
  });

  it('is found by the token route, too, for all tokens of the session, and cleared by it', async () => {
    const { user, session, token, handle } = await userWithToken(odoo(), 'lorna');
    const { token: second } = await session.token();
    await lockAfterMinutes({ lock_timeout_inactivity: 1 });
    await lock(session);
    await expect(session.renew({ handle })).rejects.toMatchObject(LOCKED);
    for (const one of [token, second])
      expect(await readRow(odoo(), one)).toMatchObject({ locked: true, ended: false });
    await unlock(session, user);
    expect(await session.renew({ handle })).toMatchObject({ handle });
    expect(await readRow(odoo(), token)).toMatchObject({ locked: false });
    // A call of the other one finds out by itself.
    expect(await callWith(second)).toMatchObject({ uid: user.uid });
    expect(await readRow(odoo(), second)).toMatchObject({ locked: false });
    await lockAfterMinutes({ lock_timeout_inactivity: 0 });
  });
});

describe('A session whose id is rotated', () => {
  const rotate = async (session: OdooSession) => {
    await changeSessionFile(odoo(), session.sessionId, { create_time: (Date.now() - 4 * HOURS_MS) / 1000 });
    const { sessionId } = session;
    await session.post('/web/session/get_session_info', {});
    expect(session.sessionId).not.toBe(sessionId);
    return sessionId;
  };

  it('is followed', async () => {
    const { session, token } = await userWithToken(odoo(), 'rosa');
    await rotate(session);
    expect(await stateOf(token)).toBe('renewed');
    const old = await rotate(session);
    expect(await stateOf(token)).toBe('renewed');
    await removeSessionFile(odoo(), old);
    expect(await stateOf(token)).toBe('live');
    // Odoo takes the files of before away with the first request two minutes later.
    await changeSessionFile(odoo(), session.sessionId, { create_time: (Date.now() - HOURS_MS) / 1000 });
    await session.post('/web/session/get_session_info', {});
    expect(await stateOf(token)).toBe('live');
  });

  it('has to be proved by its page when that was missed, and goes on', async () => {
    const { session, token, handle } = await userWithToken(odoo(), 'ronja');
    await removeSessionFile(odoo(), await rotate(session));
    expect(await stateOf(token)).toBe('unproved');
    expect(await readRow(odoo(), token)).toMatchObject({ due: true, ended: false });
    await expect(callWith(token)).rejects.toMatchObject(refused('unproved'));
    const { token: next = '' } = await session.renew({ handle });
    expect(await stateOf(next)).toBe('live');
  });

  it('gives nothing for an id that it had too long ago', async () => {
    const { session } = await userWithToken(odoo(), 'romy');
    const session_id = await rotate(session);
    expect(await askAsSidecar(odoo(), 'exchange', { session_id })).toMatchObject({ db: odoo().database });
    await changeSessionFile(odoo(), session_id, { deletion_time: Date.now() / 1000 - 1 });
    expect(await askAsSidecar(odoo(), 'exchange', { session_id })).toEqual({ refused: 'over' });
    expect(await stateOf((await session.token()).token)).toBe('live');
  });
});

it('Nothing of what pages and sidecars do by themselves is an action: neither device nor session notes it', async () => {
  const { session, token, handle } = await userWithToken(odoo(), 'nadja');
  const before = [await readSessionFile(odoo(), session.sessionId), await allDevices()];
  await session.renew({ handle });
  await session.token();
  await stateOf(token);
  await callWith(token);
  await askAsSidecar(odoo(), 'exchange', { session_id: session.sessionId });
  expect([await readSessionFile(odoo(), session.sessionId), await allDevices()]).toEqual(before);
});

/** Odoo notes a device at the first thing that its user does. */
const beUsed = (session: OdooSession) => session.post('/web/session/get_session_info', {});
const allDevices = () => odoo().sql('SELECT id, last_activity FROM res_device_log ORDER BY id');

const Devices = z.array(z.object({ id: z.number() }));
async function devices(session: OdooSession, domain: unknown): Promise<{ id: number }[]> {
  return Devices.parse(await session.call('res.device', 'search_read', [domain, ['id']]));
}

/** Calls a method for which Odoo wants the password once more. */
async function confirmed(
  session: OdooSession,
  user: OdooUser,
  model: string,
  method: string,
  args: unknown[],
): Promise<void> {
  const check = await session.call(model, method, args);
  const { res_id } = z.object({ res_id: z.number() }).parse(check);
  const context = { password: user.password };
  await session.call('res.users.identitycheck', 'run_check', [[res_id]], { context });
}

/** Settings of auth_timeout, in minutes; 0 is none. */
async function lockAfterMinutes(values: object): Promise<void> {
  const [group] = await odoo().sql(
    `SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_user'`,
  );
  await odoo().execute(odoo().admin, 'res.groups', 'write', [[group?.['res_id']], values]);
}

/** Tells Odoo, as its web client does, that nobody has touched this browser for an hour. */
async function lock(session: OdooSession): Promise<void> {
  await session.post('/websocket/peek_notifications', { channels: [], last: 0, is_first_poll: true });
  await session.post('/websocket/update_bus_presence', { inactivity_period: HOURS_MS });
}

async function unlock(session: OdooSession, { password }: OdooUser): Promise<void> {
  await session.post('/auth-timeout/session/check-identity', { type: 'password', password });
}
