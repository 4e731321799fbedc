import { beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_ERROR, callByToken } from '../contract/openerp-server.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import type { OpenERP7 } from '../support/openerp7/openerp7.ts';
import { messages } from '../support/postgres/session-rows.ts';

const DEMO = 'web_socketio.demo.notification';

/** `postgres.notification`, from a model of 2013 and from the demonstration. */
export function messageCheck(openerp: () => OpenERP7): void {
  describe('A message of OpenERP 7.0', () => {
    let user: OdooUser;
    let token: string;
    beforeAll(async () => {
      ({ user, token } = await openerp().userWithToken('mona'));
    });
    const sent = async (channel: string) => (await messages(openerp(), channel)).map(({ values }) => values);

    it('is sent when the transaction commits, and one that is sent at once even if it does not', async () => {
      const { admin } = openerp();
      const create = (text: string) =>
        openerp().execute(admin, 'note.alert', 'create', [{ user_id: user.uid, text }]);
      const [first, second] = [await create('kept'), await create('rolled back')];
      await openerp().execute(admin, 'note.alert', 'send', [[first]]);
      await expect(openerp().execute(admin, 'note.alert', 'send_and_fail', [[second]])).rejects.toMatchObject(
        {
          fault: expect.stringContaining('It failed'),
        },
      );
      const texts = (await sent('note_alert')).map((values) => Reflect.get(Object(values), 'text'));
      expect(texts.slice(-2)).toEqual(['kept', 'sent at once']);
    });

    it.each(['committed_notify', 'notify', 'renotify'])(
      'is not sent by a call of %s, over whichever way',
      async (method) => {
        const before = await sent('note_alert');
        const values: Record<string, unknown> = method === 'renotify' ? {} : { to_id: 1 };
        const byToken = callByToken(openerp(), token, 'note.alert', method, { kwargs: values });
        await expect(byToken).rejects.toMatchObject(ACCESS_ERROR);
        await expect(openerp().execute(user, 'note.alert', method)).rejects.toThrow('private');
        const session = await openerp().logIn(user);
        await expect(session.call('note.alert', method, [], values)).rejects.toThrow('private');
        expect(await sent('note_alert')).toEqual(before);
      },
    );

    it('goes to each recipient of the demonstration', async () => {
      const call = (method: string, args: unknown[], context = {}) =>
        callByToken(openerp(), token, DEMO, method, { args, context });
      const context = { active_model: 'res.users', active_ids: [user.uid, 1] };
      const id = await call('create', [{ subject: 'Tea', text: 'It is ready' }], context);
      expect(await call('action_send', [[id]])).toEqual({ type: 'ir.actions.act_window_close' });
      const message = { subject: 'Tea', text: 'It is ready', kind: 'info', sticky: false };
      const last = (await messages(openerp(), 'web_socketio_demo')).slice(-2);
      expect(last).toHaveLength(2);
      expect(last).toEqual(
        expect.arrayContaining(
          [1, user.uid].map((to_id) => ({ uid: user.uid, values: { to_id, ...message } })),
        ),
      );
    });
  });
}
