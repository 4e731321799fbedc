import { describe, expect, it } from 'vitest';
import { readSessionFile } from '../../support/odoo/session-file.ts';
import { event, HOUR_MS, useBusOdoo } from './bus-odoo.ts';

const bus = useBusOdoo();

describe('An event', () => {
  it('reaches addons as if its browser had sent it to Odoo', async () => {
    const { user, session, own } = await bus.logIn('eva');
    expect(await bus.ask({ ...own, ...event('test_tell', { any: ['thing', null] }) })).toEqual([{}]);
    expect((await bus.told()).at(-1)).toEqual({
      type: 'told',
      payload: {
        ...{ uid: user.uid, data: { any: ['thing', null] }, session: session.sessionId, cookie: '7' },
        ...{ address: '192.0.2.7', agent: 'A browser', language: 'de-DE' },
      },
    });
    const [row] = await bus.odoo.sql('SELECT max(id) AS uid FROM res_users WHERE login = $1', ['public']);
    await bus.askOne({ ...event('test_tell', 2) });
    expect((await bus.told()).at(-1)).toMatchObject({
      payload: { uid: row?.['uid'], data: 2, cookie: null },
    });
  });

  it('that an addon refuses, or at which it fails, leaves nothing behind, and does not touch the others', async () => {
    const before = await bus.told();
    const answers = await bus.ask(
      event('test_tell_and_fail', 'input'),
      event('test_tell_and_fail', 'fault'),
      event('test_tell', 3),
      { channels: ['fine'] },
    );
    expect(answers).toMatchObject([
      { refused: 'invalid', message: 'Not like this' },
      { refused: 'failed' },
      {},
      { uid: null },
    ]);
    const after = await bus.told();
    expect(after.slice(before.length)).toMatchObject([{ type: 'told', payload: { data: 3 } }]);
  });

  it('that Odoo does not know is nothing, and what it cannot take is refused', async () => {
    const { own } = await bus.logIn('nora');
    expect(
      await bus.ask(
        { ...own, ...event('nobody_knows', {}) },
        { ...own, ...event('update_presence', null) },
        { ...own, ...event('update_presence', { unknown: 1 }) },
        { ...own, kind: 'event' },
      ),
    ).toMatchObject([{}, { refused: 'invalid' }, { refused: 'invalid' }, {}]);
  });
});

describe('Presence', () => {
  it('of a user comes with the event, and goes with the last socket', async () => {
    const { user, session, own } = await bus.logIn('uma');
    await bus.askOne({ ...own, ...event('update_presence', { inactivity_period: 1_000 }) });
    expect(await bus.statusOf('user_id', user.uid)).toEqual(['online']);
    await bus.askOne({ ...own, kind: 'closed' });
    expect(await bus.statusOf('user_id', user.uid)).toEqual(['offline']);
    expect((await bus.told()).at(-1)).toMatchObject({
      type: 'closed',
      payload: { uid: user.uid, data: ['mine', 'session_id'], session: session.sessionId },
    });
  });

  it('of a guest comes and goes, too', async () => {
    const { id, own } = await bus.makeGuest('a guest');
    await bus.askOne({ ...own, ...event('update_presence', { inactivity_period: 1_000 }) });
    expect(await bus.statusOf('guest_id', id)).toEqual(['online']);
    await bus.askOne({ ...own, kind: 'closed' });
    expect(await bus.statusOf('guest_id', id)).toEqual(['offline']);
  });

  it('of many at once is noted for each of them', async () => {
    const users = [await bus.logIn('mia'), await bus.logIn('max'), await bus.logIn('moe')];
    const asks = users.map(({ own }) => ({ ...own, ...event('update_presence', { inactivity_period: 1 }) }));
    expect(await bus.ask(...asks)).toEqual([{}, {}, {}]);
    for (const { user } of users) expect(await bus.statusOf('user_id', user.uid)).toEqual(['online']);
  });

  it("that Odoo's auth_timeout goes by is kept in the session, as if Odoo had served it: a locked screen gets nothing", async () => {
    const [group] = await bus.odoo.sql(
      `SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_user'`,
    );
    const write = (values: object) =>
      bus.odoo.execute(bus.odoo.admin, 'res.groups', 'write', [[group?.['res_id']], values]);
    await write({ lock_timeout_inactivity: 1 });
    const { user, session, own } = await bus.logIn('lola');
    const inactivity = (inactivity_period: number) => ({
      ...own,
      ...event('update_presence', { inactivity_period }),
    });
    await bus.askOne(inactivity(90_000));
    const stored = await readSessionFile(bus.odoo, session.sessionId);
    expect(stored).toHaveProperty('identity-check-next');
    expect(stored).not.toHaveProperty('_trace_disable');
    await bus.askOne(inactivity(2 * HOUR_MS));
    expect(await bus.ask(own, inactivity(0), { ...own, kind: 'closed' })).toEqual([
      { refused: 'locked' },
      { refused: 'locked' },
      {},
    ]);
    expect(await bus.statusOf('user_id', user.uid)).toEqual(['offline']);
    await session.post('/auth-timeout/session/check-identity', { type: 'password', password: user.password });
    expect(await bus.askOne(own)).toMatchObject({ uid: user.uid });
    await write({ lock_timeout_inactivity: 0 });
  });
});
