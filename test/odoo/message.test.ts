import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useOdoo } from '../support/odoo/odoo-fixture.ts';
import { messages } from '../support/postgres/session-rows.ts';

const odoo = useOdoo(['web_socketio_test', 'web_socketio_demo']);
const Id = z.number();
const run = (model: string, method: string, args: unknown[] = [], kwargs: Record<string, unknown> = {}) =>
  odoo().execute(odoo().admin, model, method, args, kwargs);

async function sent(change: () => Promise<unknown>, channel = 'web_socketio_test'): Promise<unknown[]> {
  const before = (await messages(odoo(), channel)).length;
  await change();
  return (await messages(odoo(), channel)).slice(before);
}

describe('A model that inherits from postgres.notification', () => {
  const values = { text: 'ä\u0000\n"', count: 2, none: null, list: [1, { two: 2 }] };

  it('sends with committed_notify when the transaction commits', async () => {
    const rows = await sent(() => run('web_socketio_test.message', 'send_committed', [values]));
    expect(rows).toEqual([{ uid: odoo().admin.uid, values }]);
  });

  it('sends nothing with committed_notify when the transaction is rolled back', async () => {
    const failing = () => run('web_socketio_test.message', 'send_committed', [values, true]);
    const rows = await sent(() => expect(failing()).rejects.toThrow('Rolled back'));
    expect(rows).toEqual([]);
  });

  it('sends with notify at once, even if the transaction is rolled back later', async () => {
    const failing = () => run('web_socketio_test.message', 'send_now', [values, true]);
    const rows = await sent(() => expect(failing()).rejects.toThrow('Rolled back'));
    expect(rows).toEqual([{ uid: odoo().admin.uid, values }]);
  });

  it('says who sent it', async () => {
    const anna = await odoo().createUser('anna');
    const rows = await sent(() => odoo().execute(anna, 'web_socketio_test.message', 'send_committed', [{}]));
    expect(rows).toEqual([{ uid: anna.uid, values: {} }]);
  });

  it.each([
    ...['committed_notify', 'notify', 'renotify', '_postgres_notify'].flatMap((method) => [
      ['web_socketio_test.message', method],
      ['web_socketio.demo.notification', method],
      ['postgres.notification', method],
    ]),
  ])('does not let anybody call %s.%s by RPC', async (model = '', method = '') => {
    await expect(run(model, method)).rejects.toMatchObject({ fault: 'odoo.exceptions.AccessError' });
  });

  it('may override and call them in Python', async () => {
    const answer = await run('web_socketio_test.message', 'call_renotify');
    expect(answer).toEqual(['web_socketio_test', null]);
  });

  it.each(['committed_notify', 'notify'])(
    'is told where it holds a number that is no JSON, and sends nothing: %s',
    async (method) => {
      const refused = () => run('web_socketio_test.message', 'send_nan', [method]);
      const rows = await sent(() =>
        expect(refused()).rejects.toMatchObject({
          fault: 'builtins.ValueError',
          message: expect.stringContaining(
            "The message of the model 'web_socketio_test.message' is no JSON: values['lines'][1]['price'] is nan. Give a finite number, a text or None",
          ),
        }),
      );
      expect(rows).toEqual([]);
    },
  );

  it('is told that it has no channel', async () => {
    await expect(run('web_socketio_test.message.no_channel', 'send_committed', [{}])).rejects.toThrow(
      "The model 'web_socketio_test.message.no_channel' needs the attribute _postgres_channel to send messages",
    );
  });

  it.each(['send_committed', 'send_now'])(
    'cannot take the channel of web_socketio itself: %s',
    async (method) => {
      const refused = () => run('web_socketio_test.message.reserved', method, [{}]);
      const rows = await sent(
        () => expect(refused()).rejects.toThrow("cannot send on the channel 'web_socketio.control'"),
        'web_socketio.control',
      );
      expect(rows).toEqual([]);
    },
  );
});

describe('The demonstration', () => {
  it('sends one message to each recipient', async () => {
    const recipients = [await odoo().createUser('berta'), await odoo().createUser('carl')].map(
      ({ uid }) => uid,
    );
    const values = { subject: 'Lunch', text: 'It is ready.', kind: 'success', sticky: true };
    const wizard = { ...values, recipient_ids: [[6, 0, recipients]] };
    const id = Id.parse(await run('web_socketio.demo.notification', 'create', [wizard]));
    const rows = await sent(
      () => run('web_socketio.demo.notification', 'action_send', [[id]]),
      'web_socketio_demo',
    );
    const uid = odoo().admin.uid;
    expect(rows).toEqual(recipients.map((to_id) => ({ uid, values: { to_id, ...values } })));
  });

  it('proposes the users that are selected where it was chosen', async () => {
    const users = [await odoo().createUser('dora'), await odoo().createUser('emil')].map(({ uid }) => uid);
    const context = { active_model: 'res.users', active_ids: users };
    const defaults = await run('web_socketio.demo.notification', 'default_get', [['recipient_ids', 'kind']], {
      context,
    });
    expect(defaults).toEqual({ kind: 'info', recipient_ids: [[6, 0, users]] });
    const elsewhere = { context: { active_model: 'res.partner', active_ids: [1] } };
    const none = await run('web_socketio.demo.notification', 'default_get', [['recipient_ids']], elsewhere);
    expect(none).toEqual({ recipient_ids: [[6, 0, []]] });
  });

  it('is in the Action menu of a user, in the form and in the list', async () => {
    expect(await run('ir.actions.actions', 'get_bindings', ['res.users'])).toMatchObject({
      action: expect.arrayContaining([
        expect.objectContaining({ name: 'Send a notification', binding_view_types: 'form,list' }),
      ]),
    });
  });
});
