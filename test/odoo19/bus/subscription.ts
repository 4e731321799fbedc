import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newChannel } from '../../support/bus/bus-sender.ts';
import { type GetServed, listen, open, openAs, settle, subscribe } from './served.ts';

/** Who hears what. */
export function subscriptionCases(served: GetServed): void {
  it('brings each notification once, as Odoo stored it', async () => {
    const channel = newChannel();
    const socket = await listen(served(), [channel]);
    const payload = { text: 'Grüße, 世界 \u2028 \\ "', number: 2 ** 53 - 1, list: [1.5, null, false] };
    await served().sender.send(channel, 'first', payload);
    await socket.next('first');
    await served().sender.send(channel, 'second', 'another');
    await socket.next('second');
    expect(socket.notifications).toEqual([
      { id: expect.any(Number), message: { type: 'first', payload } },
      { id: expect.any(Number), message: { type: 'second', payload: 'another' } },
    ]);
    const [first, second] = socket.notifications;
    expect(second?.id).toBeGreaterThan(first?.id ?? 0);
  });

  it('brings nothing of a channel that was left, and all of one that was added', async () => {
    const [left, added] = [newChannel(), newChannel()];
    const socket = await listen(served(), [left]);
    await subscribe(served(), socket, [added]);
    await served().sender.send(left, 'left');
    await settle(served(), socket, added);
    expect(socket.types).not.toContain('left');
  });

  it('brings a channel that stays once, when others come and go', async () => {
    const [stays, goes, comes] = [newChannel(), newChannel(), newChannel()];
    const socket = await listen(served(), [stays, goes]);
    await served().sender.send(stays, 'before');
    await socket.next('before');
    socket.subscribe([stays, comes]);
    await served().sender.send(stays, 'after');
    await settle(served(), socket, comes);
    expect(socket.types.filter((type) => ['before', 'after'].includes(type))).toEqual(['before', 'after']);
  });

  it('brings what was missed since the last id that the page names', async () => {
    const channel = newChannel();
    const { sender } = served();
    await sender.send(channel, 'known');
    const last = await sender.send(channel, 'missed');
    await sender.send(channel, 'missed, too');
    const socket = await open(served());
    socket.subscribe([channel], last);
    await socket.next('missed, too');
    expect(socket.types).toEqual(['missed', 'missed, too']);
  });

  it.each([
    ['none', () => 0],
    ['an id that Odoo has not reached', (last: number) => last + 1_000_000],
    ['an id that no integer of PostgreSQL can be', () => 2 ** 53 - 1],
  ])('brings the last 50 seconds to a page that names %s', async (_, lastOf) => {
    const channel = newChannel();
    const { sender, odoo } = served();
    await sender.send(channel, 'long ago');
    await odoo.sql("UPDATE bus_bus SET create_date = create_date - interval '60 s' WHERE channel = $1", [
      JSON.stringify([odoo.database, channel]),
    ]);
    await sender.send(channel, 'just now');
    const socket = await open(served());
    socket.subscribe([channel], lastOf(await sender.lastId()));
    await socket.next('just now');
    // What others have sent to everybody meanwhile comes, too.
    expect(socket.types.filter((type) => ['long ago', 'just now'].includes(type))).toEqual(['just now']);
  });

  it('brings a notification whose transaction ends after that of a younger one', async () => {
    const channel = newChannel();
    const { sender } = served();
    const socket = await listen(served(), [channel]);
    const older = await sender.begin(channel, 'older');
    await sender.send(channel, 'younger');
    await socket.next('younger');
    await older.commit();
    await socket.next('older');
    await settle(served(), socket, channel);
    expect(socket.types.slice(0, 2)).toEqual(['younger', 'older']);
  });

  it('brings it, if it is the sidecar, to a page that has come back in the meantime', async () => {
    const channel = newChannel();
    const { sender } = served();
    const socket = await listen(served(), [channel]);
    const older = await sender.begin(channel, 'older');
    await sender.send(channel, 'younger');
    await socket.next('younger');
    await socket.close();
    await older.commit();
    const back = await open(served());
    back.subscribe([channel], socket.last);
    await settle(served(), back, channel);
    // Odoo loses it: the page names the id of the younger one as its last, and the older one's is below.
    expect(back.types.slice(0, -1)).toEqual(served().name === 'the sidecar' ? ['older'] : []);
  });

  describe('gives a user the channels', () => {
    it("of the user's partner and groups, and no others", async () => {
      const { odoo, sender } = served();
      const { user, session, partner } = await served().member('Carla');
      const { partner: other } = await served().member('Dora');
      const asked = newChannel();
      const socket = await openAs(served(), session);
      await subscribe(served(), socket, [asked]);
      const group = async (name: string) => {
        const [row] = await odoo.sql(
          "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = $1 AND model = 'res.groups'",
          [name],
        );
        return z.number().parse(row?.['res_id']);
      };
      await sender.sendTo('res.partner', partner, 'to the partner');
      await sender.sendTo('res.partner', partner, 'to a part of the partner', null, 'PRIVATE');
      await sender.sendTo('res.users', user.uid, 'to the user');
      await sender.sendTo('res.groups', await group('group_user'), 'to employees');
      await sender.sendTo('res.groups', await group('group_system'), 'to administrators');
      await sender.sendTo('res.partner', other, 'to another');
      await sender.send('broadcast', 'to all');
      await sender.send(asked, 'to who asked');
      await socket.next('to who asked');
      expect(socket.types).toEqual([
        'to the partner',
        'to the user',
        'to employees',
        'to all',
        'to who asked',
      ]);
    });

    it('that addons add: of records, and of parts of records', async () => {
      const { sender, member } = served();
      const { partner } = await member('Dora');
      const socket = await openAs(served(), (await member('Carla')).session);
      const asked = newChannel();
      const sendBoth = async () => {
        await sender.sendTo('res.partner', partner, 'to all of it');
        await sender.sendTo('res.partner', partner, 'to a part of it', null, 'PRIVATE');
        await settle(served(), socket, asked);
      };
      await subscribe(served(), socket, [asked, `test-record:res.partner,${partner}`]);
      await sendBoth();
      expect(socket.types.slice(0, -1)).toEqual(['to all of it']);
      await subscribe(served(), socket, [asked, `test-record:res.partner,${partner},PRIVATE`]);
      await sendBoth();
      expect(socket.types.slice(0, -1)).toEqual(['to a part of it']);
    });

    it('of nobody else, whatever text a page writes for a channel', async () => {
      const { odoo, sender } = served();
      const { partner } = await served().member('Carla');
      const asked = newChannel();
      const texts = [
        JSON.stringify([odoo.database, 'res.partner', partner]),
        `["${odoo.database}","res.partner",${partner}]`,
        `res.partner_${partner}`,
        `res.partner,${partner}`,
        `x","res.partner",${partner}`,
      ];
      const socket = await listen(served(), [asked, ...texts]);
      await sender.sendTo('res.partner', partner, 'secret');
      await settle(served(), socket, asked);
      expect(socket.types).not.toContain('secret');
    });
  });

  it("hands an addon's own event to it, in the user's name and language", async () => {
    const { user, session } = await served().member('Carla');
    const channel = newChannel();
    const socket = await openAs(served(), session);
    await subscribe(served(), socket, [channel]);
    socket.event('web_socketio_test_discuss/echo', { channel, text: 'Grüße' });
    expect((await socket.next('web_socketio_test_discuss/echo')).message.payload).toEqual({
      uid: user.uid,
      // Odoo's worker forgets the session's language: its new_env overwrites it before it reads it.
      lang: served().name === 'the sidecar' ? 'en_US' : null,
      text: 'Grüße',
    });
  });
}
