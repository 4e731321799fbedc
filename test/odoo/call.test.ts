import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OdooFault, postJson } from '../support/odoo-rpc.ts';
import type { OdooUser } from '../support/odoo-session.ts';
import { useOdoo19 } from '../support/odoo19-fixture.ts';
import { changeRow } from '../support/session-rows.ts';

const odoo = useOdoo19(['web_socketio_test']);
const DENIED = { fault: 'odoo.exceptions.AccessDenied' };
const ACCESS_ERROR = { fault: 'odoo.exceptions.AccessError' };

interface Call {
  args?: unknown[];
  kwargs?: Record<string, unknown>;
  context?: Record<string, unknown>;
}

const Answer = z.union([
  z.strictObject({ result: z.unknown() }),
  z.strictObject({ error: z.strictObject({ name: z.string(), message: z.string() }) }),
]);

async function callByRoute(token: unknown, model: string, method: string, rest: Call = {}): Promise<unknown> {
  const call = JSON.stringify({ model, method, args: [], kwargs: {}, context: {}, ...rest });
  const url = new URL('/web_socketio/call', odoo().url);
  const { result, headers } = await postJson(url, { token, call }, { 'X-Odoo-Database': odoo().database });
  expect(headers.getSetCookie()).toEqual([]);
  const answer = Answer.parse(JSON.parse(z.string().parse(result)));
  if ('error' in answer) throw new OdooFault(answer.error.name, answer.error.message, 0);
  return answer.result;
}

const callByRpc = (token: string, uid: number) =>
  odoo().execute({ uid, password: token }, 'web_socketio_test.call', 'answer_context');
const callWith = (token: string) => callByRoute(token, 'web_socketio_test.call', 'answer_context');

async function userWithToken(login: string): Promise<{ user: OdooUser; token: string }> {
  const user = await odoo().createUser(login);
  const { token } = await (await odoo().logIn(user)).token();
  return { user, token };
}

describe('A token', () => {
  it('is the password of its own user in model calls, and of nobody else', async () => {
    const { user, token } = await userWithToken('anna');
    const { user: other } = await userWithToken('bob');
    expect(await callByRpc(token, user.uid)).toBeTypeOf('object');
    await expect(callByRpc(token, other.uid)).rejects.toMatchObject(DENIED);
    await expect(callByRpc(token, odoo().admin.uid)).rejects.toMatchObject(DENIED);
  });

  it.each([
    ['expired', "expires = now() - interval '1 second'"],
    ['logged out more than 30 seconds ago', "ended = now() - interval '31 seconds'"],
    ['that has a proof due', 'proof_due = now()'],
  ])('%s is refused at once, although Odoo accepted it before', async (_, assignment) => {
    const { user, token } = await userWithToken(assignment.slice(0, 9));
    await callByRpc(token, user.uid);
    await callWith(token);
    await changeRow(odoo(), token, assignment);
    await expect(callByRpc(token, user.uid)).rejects.toMatchObject(DENIED);
    await expect(callWith(token)).rejects.toMatchObject(DENIED);
  });

  it('of a logout less than 30 seconds ago still works, for what runs at the disconnection', async () => {
    const { user, token } = await userWithToken('grace');
    await changeRow(odoo(), token, "ended = now() - interval '20 seconds'");
    expect(await callByRpc(token, user.uid)).toBeTypeOf('object');
    expect(await callWith(token)).toBeTypeOf('object');
  });

  it('of an inactive user is refused', async () => {
    const { user, token } = await userWithToken('ina');
    await odoo().sql('UPDATE res_users SET active = false WHERE id = $1', [user.uid]);
    await changeRow(odoo(), token, 'proof_due = NULL');
    await expect(callByRpc(token, user.uid)).rejects.toMatchObject(DENIED);
    await expect(callWith(token)).rejects.toMatchObject(DENIED);
  });

  it('opens no login, neither the web client nor by RPC', async () => {
    const { user, token } = await userWithToken('ivo');
    const { login } = user;
    await expect(odoo().logIn({ login, password: token })).rejects.toMatchObject(DENIED);
    const args = [odoo().database, login, token, {}];
    const request = { service: 'common', method: 'authenticate', args };
    expect((await postJson(new URL('/jsonrpc', odoo().url), request)).result).toBe(false);
  });

  it.each([undefined, null, '', 7, 'wsio_', ['wsio_'], `wsio_${'a'.repeat(43)}`, `wsio_${'a'.repeat(43)}\n`])(
    'that never was is refused: %j',
    async (token) => {
      await expect(callByRoute(token, 'res.users', 'context_get')).rejects.toMatchObject(DENIED);
    },
  );

  it('leaves the passwords as they are', async () => {
    const { user } = await userWithToken('pia');
    expect(await odoo().execute(user, 'web_socketio_test.call', 'answer_text', [2])).toBe('xx');
    await expect(callByRpc('wrong', user.uid)).rejects.toMatchObject(DENIED);
  });
});

describe('The call route', () => {
  let token: string;
  let user: OdooUser;
  beforeAll(async () => {
    ({ token, user } = await userWithToken('route'));
  });
  const call = (model: string, method: string, rest?: Call) => callByRoute(token, model, method, rest);

  it('works with the rights of the user', async () => {
    await expect(call('ir.config_parameter', 'search_read')).rejects.toMatchObject(ACCESS_ERROR);
    await expect(
      call('res.users', 'write', { args: [[odoo().admin.uid], { name: 'Mine' }] }),
    ).rejects.toMatchObject(ACCESS_ERROR);
  });

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

  it.each(['_find', '_issue', '_end_session', '__init__'])(
    'refuses the private method %s',
    async (method) => {
      await expect(call('web_socketio.token', method)).rejects.toMatchObject(ACCESS_ERROR);
    },
  );

  it.each(['no.such.model', ''])('refuses the unknown model %j', async (model) => {
    await expect(call(model, 'read')).rejects.toMatchObject({
      fault: 'odoo.exceptions.UserError',
      message: expect.stringContaining(`'${model}'`),
    });
  });

  it('refuses an unknown method', async () => {
    await expect(call('res.users', 'no_such_method')).rejects.toMatchObject({
      fault: 'builtins.AttributeError',
    });
  });

  it('merges the context of the keywords over that of the call', async () => {
    const context = { lang: 'xx_XX', mine: 1, both: 'context' };
    const kwargs = { context: { both: 'keyword' } };
    expect(await call('web_socketio_test.call', 'answer_context', { context, kwargs })).toEqual({
      lang: 'xx_XX',
      mine: 1,
      both: 'keyword',
    });
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
