import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { channelText } from '../../support/bus/bus-channels.ts';
import { postRaw } from '../../support/odoo/odoo-rpc.ts';
import { changeSessionFile, readSessionFile } from '../../support/odoo/session-file.ts';
import { channelsOf, event, HEADERS, HOUR_MS, useBusOdoo, VISITOR } from './bus-odoo.ts';

const bus = useBusOdoo();

describe('A subscription', () => {
  it('gets what Odoo itself gives the same session, of all addons', async () => {
    const { session, own } = await bus.logIn('pia');
    const channels = [
      'plain',
      'im_livechat.looking_for_help',
      'odoo-presence-res.partner_3',
      'odoo-presence-x',
    ];
    const params = { channels, last: 0, is_first_poll: true };
    const peeked = z
      .object({ channels: z.array(z.array(z.union([z.string(), z.number()]))) })
      .parse(await session.post('/websocket/peek_notifications', params));
    const got = channelsOf(await bus.askOne({ ...own, channels }));
    expect(new Set(got)).toEqual(new Set(peeked.channels.map(channelText)));
    expect(got).toContain(bus.channel('res.partner', 3, 'presence'));
    expect(got.some((channel) => channel.endsWith('"of an addon"]'))).toBe(true);
  });

  it('gets the channel of the guest whose cookie it has, and nobody the one of a guest whose secret is wrong', async () => {
    const { id, own } = await bus.makeGuest('a visitor of the live chat');
    const guest = bus.channel('mail.guest', id);
    expect(channelsOf(await bus.askOne(own))).toContain(guest);
    expect(channelsOf(await bus.askOne({ cookie: `dgid=${id}|wrong` }))).not.toContain(guest);
    expect(channelsOf(await bus.askOne({}))).not.toContain(guest);
  });

  it('hears at once of who has come within the last seconds', async () => {
    const [watcher, comer] = [await bus.logIn('wanda'), await bus.logIn('cora')];
    expect(await bus.askOne({ ...comer.own, ...event('update_presence', { inactivity_period: 0 }) })).toEqual(
      {},
    );
    const partners = await bus.odoo.sql(
      'SELECT id, partner_id FROM res_users WHERE id IN ($1, $2) ORDER BY id',
      [watcher.user.uid, comer.user.uid],
    );
    const [own, other] = partners.map(({ partner_id }) => z.number().parse(partner_id));
    await bus.askOne({ ...watcher.own, channels: [`odoo-presence-res.partner_${other}`] });
    expect(await bus.told(bus.channel('res.partner', own ?? 0))).toContainEqual(
      expect.objectContaining({
        payload: expect.objectContaining({ partner_id: other, presence_status: 'online' }),
      }),
    );
  });

  it('neither saves a session nor sets a cookie nor rotates an id that is due for it', async () => {
    const { session, own } = await bus.logIn('rosa');
    await changeSessionFile(bus.odoo, session.sessionId, { create_time: (Date.now() - 3 * HOUR_MS) / 1000 });
    const before = await readSessionFile(bus.odoo, session.sessionId);
    // It fails if a cookie is set.
    await bus.ask({ ...own, token: true }, { ...own, ...event('test_tell', 1) }, { ...own, kind: 'closed' });
    expect(await readSessionFile(bus.odoo, session.sessionId)).toEqual(before);
    await session.call('res.users', 'context_get');
    expect(await readSessionFile(bus.odoo, session.sessionId)).not.toEqual(before);
  });

  it('goes on with the cookie of before while Odoo knows where its session went', async () => {
    const { user, session, own } = await bus.logIn('rudi');
    const before = session.sessionId;
    await changeSessionFile(bus.odoo, before, { create_time: (Date.now() - 3 * HOUR_MS) / 1000 });
    await session.call('res.users', 'context_get');
    expect(session.sessionId).not.toBe(before);
    expect(await bus.askOne(own)).toMatchObject({ uid: user.uid, session: true });
  });

  it('of a browser in a language that Odoo does not have is one like any other', async () => {
    const { user, session, own } = await bus.logIn('lucie');
    const { context } = await readSessionFile(bus.odoo, session.sessionId);
    await changeSessionFile(bus.odoo, session.sessionId, { context: { ...Object(context), lang: 'fr_LU' } });
    const headers = { ...HEADERS, 'accept-language': 'fr-LU' };
    expect(await bus.ask({ ...own, headers }, { headers })).toMatchObject([{ uid: user.uid }, { uid: null }]);
    expect(
      await bus.askOne({ ...own, headers, ...event('update_presence', { inactivity_period: 0 }) }),
    ).toEqual({});
  });

  it('of a session of another database is refused with its name', async () => {
    const { session, own } = await bus.logIn('dana');
    await changeSessionFile(bus.odoo, session.sessionId, { db: 'elsewhere' });
    expect(await bus.ask(own, {})).toMatchObject([{ refused: 'database', db: 'elsewhere' }, { uid: null }]);
  });

  it.each([
    ['a token of a guest that is none', { channels: ['mail.guest_x|y'] }],
    ['a channel that is no text', { channels: ['fine', null] }],
    ['channels that are no list', { channels: 'all' }],
    ['no last', { last: null }],
    ['a broken cookie of a guest', { cookie: 'dgid=x|y' }],
    ['a kind that nobody knows', { kind: 'unsubscribe' }],
  ])('with %s is refused alone, also among others', async (_, wrong) => {
    const { user, own } = await bus.logIn(`with ${_.slice(0, 30)}`);
    const refused = { refused: 'invalid', message: expect.any(String) };
    const [first, second, third] = await bus.ask({ ...own, token: true }, wrong, { channels: ['fine'] });
    expect([first, second]).toMatchObject([{ uid: user.uid, token: expect.any(String) }, refused]);
    expect(channelsOf(third)).toContain(bus.channel('fine'));
    expect(await bus.askOne(wrong)).toEqual(refused);
  });

  it('that an addon ends is over', async () => {
    expect(await bus.ask({ channels: ['over'] }, {})).toMatchObject([{ refused: 'expired' }, { uid: null }]);
    expect(await bus.askOne({ channels: ['over'] })).toEqual({ refused: 'expired' });
  });

  it('at which an addon fails has nothing of its request carried out, and says so when it is asked for alone', async () => {
    const before = await bus.told();
    const asks = [{ ...VISITOR, ...event('test_tell', 1) }, { ...VISITOR, channels: ['fail'] }, VISITOR];
    const { status, text, headers } = await postRaw(
      new URL('/web_socketio/bus', bus.odoo.url),
      { asks },
      { 'X-Odoo-Database': bus.odoo.database },
    );
    expect([status, headers.getSetCookie()]).toEqual([500, []]);
    expect(JSON.parse(text)).toEqual({
      error: { name: 'builtins.AttributeError', message: 'An addon has a fault' },
    });
    expect(await bus.told()).toEqual(before);
    expect(await bus.askOne({ channels: ['fail'] })).toEqual({ refused: 'failed' });
  });
});
