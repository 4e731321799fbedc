import { beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_ERROR, type Call, callByToken } from '../contract/openerp-server.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';

const VALIDATION = { fault: 'odoo.exceptions.ValidationError' };
const USER_ERROR = { fault: 'odoo.exceptions.UserError' };

/** Model calls by a token, of methods that take `cr, uid` and may take a context. */
export function callCheck(openerp: () => OpenERP7): void {
  describe('A model call in OpenERP 7.0', () => {
    let user: OdooUser;
    let other: OdooUser;
    let token: string;
    let adminToken: string;
    beforeAll(async () => {
      ({ user, token } = await openerp().userWithToken('rolf'));
      other = await openerp().createUser('rolfs colleague');
      adminToken = (await (await openerp().logIn(openerp().admin)).token()).token;
    });
    const call = (model: string, method: string, args: unknown[] = [], rest: Call = {}) =>
      callByToken(openerp(), token, model, method, { args, ...rest });
    const asAdmin = (model: string, method: string, args: unknown[], rest: Call = {}) =>
      callByToken(openerp(), adminToken, model, method, { args, ...rest });

    it('returns what the method returned, null for None', async () => {
      expect(await call('res.users', 'read', [[user.uid], ['login', 'email']])).toMatchObject([
        { id: user.uid, login: 'rolf', email: 'rolf@example.org' },
      ]);
      expect(await call('res.users', 'search', [[['login', '=', 'rolf']]])).toEqual([user.uid]);
      expect(await call('note.alert', 'no_context', [null])).toBeNull();
    });

    it('gives a context to methods that take one, by name or by position, and to no other', async () => {
      const context = { color: 'blue' };
      const own = { lang: 'en_US', tz: false, uid: user.uid };
      const read = (args: unknown[], kwargs: Record<string, unknown> = {}) =>
        call('note.alert', 'read_context', args, { context, kwargs });
      expect(await read([])).toEqual({ ...own, ...context });
      const chosen = { context: { color: 'red', lang: 'de_DE' } };
      expect(await read([], chosen)).toEqual({ ...own, color: 'red', lang: 'de_DE' });
      expect(await read([{ color: 'green' }])).toEqual({ color: 'green' });
      expect(await call('note.alert', 'no_context', [7], { context })).toBe(7);
      const domain = [['login', '=', 'gone']];
      const gone = await openerp().createUser('gone');
      await openerp().sql('UPDATE res_users SET active = false WHERE id = $1', [gone.uid]);
      expect(await call('res.users', 'search', [domain])).toEqual([]);
      const active_test = { context: { active_test: false } };
      expect(await call('res.users', 'search', [domain], active_test)).toEqual([gone.uid]);
      const kwargs = { limit: 1, order: 'login desc' };
      expect(await call('res.users', 'search', [[['login', 'like', 'rolf']]], { kwargs })).toEqual([
        other.uid,
      ]);
    });

    it('takes texts of any alphabet', async () => {
      const text = 'Ünï😀 <&]]> "\\ \' \n';
      expect(await call('note.alert', 'no_context', [text])).toBe(text);
      expect(await call('note.alert', 'no_context', [[1.5, true, { ключ: null }]])).toEqual([
        ...[1.5, true, { ключ: null }],
      ]);
    });

    it('works with the rights of the user', async () => {
      await expect(call('res.users', 'write', [[other.uid], { name: 'Mine' }])).rejects.toMatchObject(
        ACCESS_ERROR,
      );
      await expect(call('res.users', 'create', [{ name: 'New', login: 'new' }])).rejects.toMatchObject(
        ACCESS_ERROR,
      );
      expect(await asAdmin('res.users', 'write', [[other.uid], { name: 'Rolfs colleague' }])).toBe(true);
    });

    it.each(['_login', '__init__', '_web_socketio_check_session'])(
      'refuses the private method %s',
      async (method) => {
        await expect(call('res.users', method)).rejects.toMatchObject({
          ...ACCESS_ERROR,
          message: expect.stringContaining(`'res.users.${method}'`),
        });
      },
    );

    it('refuses what does not exist', async () => {
      await expect(call('no.such.model', 'read')).rejects.toMatchObject({
        ...USER_ERROR,
        message: expect.stringContaining("The model 'no.such.model' does not exist"),
      });
      await expect(call('res.users', 'no_such_method')).rejects.toMatchObject({
        fault: 'builtins.AttributeError',
        message: expect.stringContaining("The method 'res.users.no_such_method' does not exist"),
      });
      await expect(call('res.users', 'pool')).rejects.toMatchObject({ fault: 'builtins.TypeError' });
      await expect(call('note.alert', 'no_context', [1, 2])).rejects.toMatchObject({
        fault: 'builtins.TypeError',
      });
    });

    it('names the errors of OpenERP 7.0 as later series do', async () => {
      await expect(call('ir.filters', 'write', [[999_999], { name: 'No filter' }])).rejects.toMatchObject({
        fault: 'odoo.exceptions.MissingError',
      });
      await expect(asAdmin('res.users', 'write', [[other.uid], { login: user.login }])).rejects.toMatchObject(
        {
          ...VALIDATION,
          message: expect.stringContaining('You can not have two users with the same login'),
        },
      );
      await expect(asAdmin('note.alert', 'create', [{ text: 'nobody' }])).rejects.toMatchObject(VALIDATION);
      const loop = { parent_id: 1 };
      await expect(asAdmin('res.partner', 'write', [[1], loop])).rejects.toMatchObject(VALIDATION);
      await expect(asAdmin('note.alert', 'send_and_fail', [[]])).rejects.toMatchObject({
        ...USER_ERROR,
        message: 'odoo.exceptions.UserError: It failed',
      });
    });

    it('undoes everything when it fails', async () => {
      const create = (text: string) => asAdmin('note.alert', 'create', [{ user_id: user.uid, text }]);
      await create('once');
      await expect(create('once')).rejects.toMatchObject({
        ...VALIDATION,
        message: expect.stringContaining('There is such an alert already'),
      });
      expect(await asAdmin('note.alert', 'search', [[]])).toHaveLength(1);
    });

    it('is repeated after a conflict of transactions', async () => {
      const id = await asAdmin('note.alert', 'create', [{ user_id: user.uid, text: 'before' }]);
      const other = await openerp().connect();
      try {
        await other.query('BEGIN');
        await other.query("UPDATE note_alert SET text = 'meanwhile' WHERE id = $1", [id]);
        const write = asAdmin('note.alert', 'write', [[id], { text: 'after' }]);
        const waiting = () =>
          openerp().sql(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
          );
        await expect.poll(waiting).toHaveLength(1);
        await other.query('COMMIT');
        expect(await write).toBe(true);
      } finally {
        other.release();
      }
      expect(await asAdmin('note.alert', 'read', [[id], ['text']])).toMatchObject([{ text: 'after' }]);
    });
  });
}
