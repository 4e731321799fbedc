import { beforeAll, describe, expect, it } from 'vitest';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import { readRow } from '../support/postgres/session-rows.ts';
import {
  ACCESS_ERROR,
  type Call,
  callByToken,
  EXPIRED_SESSION,
  type GetServer,
  userWithToken,
} from './openerp-server.ts';

/** The addon's call route: models with the rights of a token's user, faults by Odoo's names. */
export function callContract(server: GetServer): void {
  describe('The call route', () => {
    let token: string;
    let user: OdooUser;
    let other: OdooUser;
    beforeAll(async () => {
      ({ token, user } = await userWithToken(server(), 'rolf'));
      other = await server().createUser('rolfs colleague');
    });
    const call = (model: string, method: string, rest?: Call) =>
      callByToken(server(), token, model, method, rest);
    const users = (method: string, args: unknown[], kwargs = {}) =>
      call('res.users', method, { args, kwargs });

    it('returns what the method returned', async () => {
      const ids = [other.uid, user.uid];
      expect(await users('read', [ids, ['login', 'email']])).toEqual([
        { id: other.uid, login: other.login, email: false },
        { id: user.uid, login: 'rolf', email: false },
      ]);
      expect(await users('read', [user.uid, ['login']])).toEqual([{ id: user.uid, login: 'rolf' }]);
      expect(await users('context_get', [])).toMatchObject({ lang: 'en_US' });
    });

    it.each([
      ['equality', () => [['login', '=', 'rolf']], ['rolf']],
      ['a list', () => [['id', 'in', [user.uid, other.uid]]], ['rolf', 'rolfs colleague']],
      ['a part of a text, of whatever case', () => [['login', 'ilike', 'ROLF']], ['rolf', 'rolfs colleague']],
      [
        'two conditions, which both have to hold',
        () => [
          ['login', 'like', 'rolf'],
          ['id', '!=', other.uid],
        ],
        ['rolf'],
      ],
      [
        'operators before their terms',
        () => ['|', ['login', '=', 'rolf'], '&', ['login', '=', other.login], ['id', '>', 0]],
        ['rolf', 'rolfs colleague'],
      ],
      ['a negation', () => ['!', ['login', '!=', 'rolf']], ['rolf']],
      ['nobody', () => [['login', '=', 'nobody at all']], []],
    ] as [string, () => unknown[], string[]][])('searches by %s', async (_, domain, logins) => {
      const found = await users('search_read', [], { domain: domain(), fields: ['login'], order: 'login' });
      expect((found as { login: string }[]).map(({ login }) => login)).toEqual(logins);
      expect(await users('search_count', [domain()])).toBe(logins.length);
    });

    it('searches in pages, in the order that is asked for', async () => {
      const domain = [['login', 'like', 'rolf']];
      expect(await users('search', [domain], { order: 'login desc', limit: 1 })).toEqual([other.uid]);
      expect(await users('search', [domain], { order: 'login desc', limit: 1, offset: 1 })).toEqual([
        user.uid,
      ]);
      expect(await users('search', [domain, 1, 1, 'login'])).toEqual([other.uid]);
    });

    it('finds no inactive users unless they are asked for', async () => {
      const gone = await server().createUser('gone');
      await server().sql('UPDATE res_users SET active = false WHERE id = $1', [gone.uid]);
      const domain = [['login', '=', 'gone']];
      expect(await users('search', [domain])).toEqual([]);
      expect(await users('search', [[...domain, ['active', '=', false]]])).toEqual([gone.uid]);
      expect(await users('search', [domain], { context: { active_test: false } })).toEqual([gone.uid]);
      // The context of the keywords wins over that of the call.
      const call = { args: [domain], context: { active_test: false } };
      const inContext = (kwargs: object) =>
        callByToken(server(), token, 'res.users', 'search', { ...call, kwargs: { ...kwargs } });
      expect(await inContext({})).toEqual([gone.uid]);
      expect(await inContext({ context: { active_test: true } })).toEqual([]);
    });

    it('orders users by their names, unless something else is asked for', async () => {
      const [last, first] = [await server().createUser('zz order'), await server().createUser('aa order')];
      expect(await users('search', [[['login', 'like', 'order']]])).toEqual([first.uid, last.uid]);
    });

    it('leaves out what does not exist when it reads', async () => {
      expect(await users('read', [[999_999], ['login']])).toEqual([]);
    });

    it('lets users write their own name, and nothing of others', async () => {
      expect(await users('write', [[user.uid], { name: 'Rolf the first' }])).toBe(true);
      expect(await users('read', [[user.uid], ['name']])).toEqual([{ id: user.uid, name: 'Rolf the first' }]);
      await expect(users('write', [[other.uid], { name: 'Mine' }])).rejects.toMatchObject(ACCESS_ERROR);
      await expect(users('write', [[user.uid], { login: 'admin' }])).rejects.toMatchObject(ACCESS_ERROR);
      await expect(users('create', [{ name: 'New', login: 'new' }])).rejects.toMatchObject(ACCESS_ERROR);
      await expect(users('unlink', [[other.uid]])).rejects.toMatchObject(ACCESS_ERROR);
    });

    it('works with the rights of the user', async () => {
      await expect(call('ir.config_parameter', 'search_read')).rejects.toMatchObject(ACCESS_ERROR);
      const args = ['web_socketio.url'];
      await expect(call('ir.config_parameter', 'get_param', { args })).rejects.toMatchObject(ACCESS_ERROR);
    });

    it('takes texts of any alphabet', async () => {
      const name = 'Ünï😀 <&]]> "\\ \' \n';
      await users('write', [[user.uid], { name }]);
      expect(await users('read', [[user.uid], ['name']])).toEqual([{ id: user.uid, name }]);
    });

    it.each(['_find', '_issue', '_end_session', '__init__'])(
      'refuses the private method %s',
      async (method) => {
        await expect(call('res.users', method)).rejects.toMatchObject({
          ...ACCESS_ERROR,
          message: expect.stringContaining(`'res.users.${method}'`),
        });
      },
    );

    it.each(['no.such.model', ''])('refuses the unknown model %j', async (model) => {
      await expect(call(model, 'read')).rejects.toMatchObject({
        fault: 'odoo.exceptions.UserError',
        message: expect.stringContaining(
          `The model '${model}' does not exist, so that 'read' cannot be called`,
        ),
      });
    });

    it.each(['no_such_method', 'toString', 'constructor'])(
      'refuses the unknown method %s',
      async (method) => {
        await expect(call('res.users', method)).rejects.toMatchObject({
          fault: 'builtins.AttributeError',
          message: expect.stringContaining(`The method 'res.users.${method}' does not exist`),
        });
      },
    );

    it.each([
      ['an unknown field', 'read', [[2], ['no_such_field']], {}, 'builtins.ValueError'],
      ['an unknown field in a domain', 'search', [[['no_such_field', '=', 1]]], {}, 'builtins.ValueError'],
      ['an unknown operator', 'search', [[['login', 'almost', 'x']]], {}, 'builtins.ValueError'],
      ['too many arguments', 'context_get', [1, 2, 3], {}, 'builtins.TypeError'],
      ['an unknown keyword', 'search', [[]], { no_such_keyword: 1 }, 'builtins.TypeError'],
    ] as [string, string, unknown[], object, string][])(
      'refuses %s',
      async (_, method, args, kwargs, fault) => {
        await expect(users(method, args, kwargs)).rejects.toMatchObject({ fault });
      },
    );

    it('makes a violated rule of a table a ValidationError', async () => {
      const { token: adminToken } = await (await server().logIn(server().admin)).token();
      const rest = { args: [[user.uid], { login: other.login }] };
      await expect(callByToken(server(), adminToken, 'res.users', 'write', rest)).rejects.toMatchObject({
        fault: 'odoo.exceptions.ValidationError',
      });
      expect(await users('read', [[user.uid], ['login']])).toEqual([{ id: user.uid, login: 'rolf' }]);
    });

    it('lets the administrator archive a user, whose sessions are over, and returns null for None', async () => {
      const { user: left, session, token: lost } = await userWithToken(server(), 'left');
      const { token: adminToken } = await (await server().logIn(server().admin)).token();
      const archive = { args: [[left.uid]] };
      expect(await callByToken(server(), adminToken, 'res.users', 'action_archive', archive)).toBeNull();
      expect(await readRow(server(), lost)).toMatchObject({ due: true });
      await expect(session.token(lost)).rejects.toMatchObject(EXPIRED_SESSION);
      await expect(users('action_archive', [[other.uid]])).rejects.toMatchObject(ACCESS_ERROR);
    });

    it('lets the administrator write others, and knows who does not exist', async () => {
      const { token: adminToken } = await (await server().logIn(server().admin)).token();
      const write = (id: number) =>
        callByToken(server(), adminToken, 'res.users', 'write', { args: [[id], { name: 'Named' }] });
      expect(await write(other.uid)).toBe(true);
      await expect(write(999_999)).rejects.toMatchObject({ fault: 'odoo.exceptions.MissingError' });
    });
  });
}
