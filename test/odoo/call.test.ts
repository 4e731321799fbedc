import { beforeAll, describe, expect, it } from 'vitest';
import {
  ACCESS_ERROR,
  type Call,
  callByToken,
  credentialOf,
  DENIED,
  userWithToken,
} from '../contract/openerp-server.ts';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { postJson } from '../support/odoo/odoo-rpc.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import { changeRow, readRow } from '../support/postgres/session-rows.ts';

const odoo = useOdoo(['web_socketio_test']);
const callByRpc = (token: string, uid: number) =>
  odoo().execute({ uid, password: token }, 'web_socketio_test.call', 'answer_context');

// What the stand-in of the playground does as well is in test/contract.
describe('A token', () => {
  it('is the password of its own user in model calls, and of nobody else', async () => {
    const { user, token } = await userWithToken(odoo(), 'anna');
    const { user: other } = await userWithToken(odoo(), 'bob');
    expect(await callByRpc(token, user.uid)).toBeTypeOf('object');
    await expect(callByRpc(token, other.uid)).rejects.toMatchObject(DENIED);
    await expect(callByRpc(token, odoo().admin.uid)).rejects.toMatchObject(DENIED);
  });

  it.each([
    ['expired', "expires = now() - interval '1 second'"],
    ['logged out more than 30 seconds ago', "ended = now() - interval '31 seconds'"],
  ])('%s is refused at once, although Odoo accepted it before', async (_, assignment) => {
    const { user, token } = await userWithToken(odoo(), assignment.slice(0, 9));
    await callByRpc(token, user.uid);
    await changeRow(odoo(), token, assignment);
    await expect(callByRpc(token, user.uid)).rejects.toMatchObject(DENIED);
  });

  it('that has a proof due works if its session gives the proof, and in no other one', async () => {
    const { user, session, token } = await userWithToken(odoo(), 'prue');
    await changeRow(odoo(), token, 'proof_due = now()');
    expect(await callByRpc(token, user.uid)).toBeTypeOf('object');
    expect(await readRow(odoo(), token)).toMatchObject({ due: false });
    await session.logOut();
    await changeRow(odoo(), token, 'ended = NULL, proof_due = now()');
    await expect(callByRpc(token, user.uid)).rejects.toMatchObject(DENIED);
  });

  it('of a logout less than 30 seconds ago still works for a sidecar, for what runs at the disconnection', async () => {
    const { user, token } = await userWithToken(odoo(), 'grace');
    await changeRow(odoo(), token, "ended = now() - interval '20 seconds'");
    await expect(callByRpc(token, user.uid)).rejects.toMatchObject(DENIED);
    expect(await callByRpc(await credentialOf(odoo(), token), user.uid)).toBeTypeOf('object');
  });

  it('of a session that has gone is refused, and so is one of a session that acts as another user', async () => {
    const { user, session, token } = await userWithToken(odoo(), 'gina');
    const { user: other } = await userWithToken(odoo(), 'gerda');
    await session.call('web_socketio_test.call', 'remember_in_session', ['impersonate_from_uid', other.uid]);
    await expect(callByRpc(token, user.uid)).rejects.toThrow(
      'models are called over /web_socketio/call only',
    );
    await session.call('web_socketio_test.call', 'remember_in_session', ['impersonate_from_uid', false]);
    expect(await callByRpc(token, user.uid)).toBeTypeOf('object');
    await odoo().sql("UPDATE res_users SET password = 'x' WHERE id = $1", [user.uid]);
    await changeRow(odoo(), token, 'proof_due = NULL');
    await expect(callByRpc(token, user.uid)).rejects.toMatchObject(DENIED);
  });

  it('of an inactive user is refused', async () => {
    const { user, token } = await userWithToken(odoo(), 'ina');
    await odoo().sql('UPDATE res_users SET active = false WHERE id = $1', [user.uid]);
    await changeRow(odoo(), token, 'proof_due = NULL');
    await expect(callByRpc(token, user.uid)).rejects.toMatchObject(DENIED);
  });

  it('opens no login by RPC', async () => {
    const { user, token } = await userWithToken(odoo(), 'ivo');
    const { login } = user;
    const args = [odoo().database, login, token, {}];
    const request = { service: 'common', method: 'authenticate', args };
    expect((await postJson(new URL('/jsonrpc', odoo().url), request)).result).toBe(false);
  });

  it('leaves the passwords as they are', async () => {
    const { user } = await userWithToken(odoo(), 'pia');
    expect(await odoo().execute(user, 'web_socketio_test.call', 'answer_text', [2])).toBe('xx');
    await expect(callByRpc('wrong', user.uid)).rejects.toMatchObject(DENIED);
  });
});

describe('The call route', () => {
  let token: string;
  let user: OdooUser;
  beforeAll(async () => {
    ({ token, user } = await userWithToken(odoo(), 'route'));
  });
  const call = (model: string, method: string, rest?: Call) =>
    callByToken(odoo(), token, model, method, rest);

  it("applies the user's record rules", async () => {
    const { execute, admin } = { execute: odoo().execute.bind(odoo()), admin: odoo().admin };
    const hidden = await execute(admin, 'res.partner', 'create', [{ name: 'Hidden' }]);
    const [model] = await odoo().sql("SELECT id FROM ir_model WHERE model = 'res.partner'");
    const rule = { name: 'no hidden', model_id: model?.['id'], domain_force: "[('name', '!=', 'Hidden')]" };
    await execute(admin, 'ir.rule', 'create', [rule]);
    expect(await call('res.partner', 'search', { args: [[['name', '=', 'Hidden']]] })).toEqual([]);
    await expect(call('res.partner', 'read', { args: [[hidden], ['name']] })).rejects.toMatchObject(
      ACCESS_ERROR,
    );
  });

  it.each(['_call_json', '__init__'])('refuses the private method %s', async (method) => {
    await expect(call('web_socketio.call', method)).rejects.toMatchObject(ACCESS_ERROR);
  });

  it('merges the context of the keywords over that of the call', async () => {
    const context = { lang: 'xx_XX', mine: 1, both: 'context' };
    const kwargs = { context: { both: 'keyword' } };
    // What the user has set is between them.
    const own = { lang: 'en_US', tz: false, uid: user.uid };
    expect(await call('web_socketio_test.call', 'answer_context', { context, kwargs })).toEqual({
      ...own,
      mine: 1,
      both: 'keyword',
    });
    expect(
      await call('web_socketio_test.call', 'answer_context', { kwargs: { context: { lang: 'xx_XX' } } }),
    ).toEqual({ ...own, lang: 'xx_XX' });
  });

  it('undoes what a method did before it failed', async () => {
    await expect(
      call('web_socketio_test.call', 'rename_and_fail', { args: ['Changed'] }),
    ).rejects.toMatchObject({ fault: 'odoo.exceptions.UserError' });
    expect(await call('res.users', 'read', { args: [[user.uid], ['name']] })).toMatchObject([
      { name: 'route' },
    ]);
  });
});
