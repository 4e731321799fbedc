import { beforeAll, describe, expect, it } from 'vitest';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import { messages } from '../support/postgres/session-rows.ts';
import { ACCESS_ERROR, type Call, callByToken, type GetServer, userWithToken } from './openerp-server.ts';

const MODEL = 'web_socketio.demo.notification';
const CHANNEL = 'web_socketio_demo';

/** The model of the addon `web_socketio_demo`. */
export function notificationContract(server: GetServer): void {
  describe('The notification of the demonstration', () => {
    let sender: OdooUser;
    let token: string;
    let recipients: number[];
    beforeAll(async () => {
      ({ user: sender, token } = await userWithToken(server(), 'norbert'));
      const user = await server().createUser('nadja');
      // Users are in the order of their names: Nadja, Norbert.
      recipients = [user.uid, sender.uid];
    });
    const call = (method: string, rest: Call) => callByToken(server(), token, MODEL, method, rest);
    const values = () => ({ subject: 'Tea', text: 'It is ready', recipient_ids: [[6, 0, recipients]] });

    it('becomes a message for each of its recipients when it is sent, and not before', async () => {
      const id = await call('create', { args: [{ ...values(), kind: 'success', sticky: true }] });
      const before = (await messages(server(), CHANNEL)).length;
      expect(await call('action_send', { args: [[id]] })).toEqual({ type: 'ir.actions.act_window_close' });
      const message = { subject: 'Tea', text: 'It is ready', kind: 'success', sticky: true };
      expect((await messages(server(), CHANNEL)).slice(before)).toEqual(
        recipients.map((to_id) => ({ uid: sender.uid, values: { to_id, ...message } })),
      );
    });

    it('is an information, not sticky, unless it says so', async () => {
      const id = await call('create', { args: [values()] });
      await call('action_send', { args: [[id]] });
      expect((await messages(server(), CHANNEL)).at(-1)).toMatchObject({
        values: { kind: 'info', sticky: false },
      });
    });

    it('goes to the users that were selected, if it names none', async () => {
      const context = { active_model: 'res.users', active_ids: recipients };
      const id = await call('create', { args: [{ subject: 'Tea', text: 'Again' }], context });
      expect(await call('read', { args: [[id], ['recipient_ids']] })).toEqual([
        { id, recipient_ids: recipients },
      ]);
    });

    it('can be made by the list', async () => {
      const list = [values(), { ...values(), subject: 'Coffee' }];
      const ids = (await call('create', { args: [list] })) as number[];
      expect(await call('read', { args: [ids, ['subject']] })).toMatchObject([
        { subject: 'Tea' },
        { subject: 'Coffee' },
      ]);
    });

    it.each([
      ['without a subject', { subject: false }, 'odoo.exceptions.ValidationError'],
      ['of an unknown kind', { kind: 'rumour' }, 'builtins.ValueError'],
      ['with an unknown field', { sound: 'loud' }, 'builtins.ValueError'],
    ])('is not made %s', async (_, wrong, fault) => {
      await expect(call('create', { args: [{ ...values(), ...wrong }] })).rejects.toMatchObject({ fault });
    });

    it('is undone with the others of a list when one of them fails', async () => {
      const before = await call('search_count', { args: [[]] });
      const list = [values(), { ...values(), subject: false }];
      await expect(call('create', { args: [list] })).rejects.toMatchObject({
        fault: 'odoo.exceptions.ValidationError',
      });
      expect(await call('search_count', { args: [[]] })).toBe(before);
    });

    it('goes to nobody if it names nobody, or does not exist', async () => {
      const { recipient_ids: _, ...rest } = values();
      const id = await call('create', { args: [rest] });
      const before = (await messages(server(), CHANNEL)).length;
      await call('action_send', { args: [[id]] });
      await call('action_send', { args: [[999_999]] });
      expect(await messages(server(), CHANNEL)).toHaveLength(before);
    });

    it('is one at a time', async () => {
      const id = await call('create', { args: [values()] });
      await expect(call('action_send', { args: [[id, 999_999]] })).rejects.toMatchObject({
        fault: 'builtins.ValueError',
        message: expect.stringContaining('Expected singleton'),
      });
    });

    it.each(['committed_notify', 'notify', 'renotify'])('sends nothing by a call of %s', async (method) => {
      const before = (await messages(server(), CHANNEL)).length;
      await expect(call(method, { kwargs: { to_id: 1 } })).rejects.toMatchObject(ACCESS_ERROR);
      expect(await messages(server(), CHANNEL)).toHaveLength(before);
    });
  });
}
