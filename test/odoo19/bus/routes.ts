import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newChannel } from '../../support/bus/bus-sender.ts';
import { OdooSession } from '../../support/odoo/odoo-session.ts';
import { type GetServed, openAs, subscribe } from './served.ts';

const Peek = z.object({
  channels: z.array(z.array(z.unknown())),
  notifications: z.array(z.object({ id: z.number(), message: z.unknown() })),
});
const EXPIRED = { fault: 'odoo.http.SessionExpiredException' };
const PEEK = '/websocket/peek_notifications';
const FIRST = { channels: [], last: 0, is_first_poll: true };

/** What is below `/websocket/` stays with Odoo, for programs that use it. */
export function routeCases(served: GetServed): void {
  const visit = () => new OdooSession(served().server.url);
  const enter = async () => {
    // Not one of the shared ones: what is noted when their sockets end would be seen here.
    const user = await served().odoo.createUser(newChannel());
    const partner = await served().sender.partnerOf(user);
    const session = visit();
    await session.logIn(served().odoo.database, user);
    return { user, partner, session };
  };
  const peek = async (session: OdooSession, params: object) => Peek.parse(await session.post(PEEK, params));

  describe('Odoo itself answers who asks for notifications over HTTP', () => {
    it('with channels and notifications, for as long as the session lives', async () => {
      const session = visit();
      const { channels } = await peek(session, FIRST);
      expect(channels).toContainEqual([served().odoo.database, 'broadcast']);
      await peek(session, { ...FIRST, is_first_poll: false });
    });

    it('that the session is over, if it is another one than at the first time', async () => {
      await peek(visit(), FIRST);
      const { session } = await enter();
      await expect(peek(session, { ...FIRST, is_first_poll: false })).rejects.toMatchObject(EXPIRED);
    });

    it('that the session is over, after a log-out', async () => {
      const { session } = await enter();
      await peek(session, FIRST);
      await session.logOut();
      await expect(peek(session, { ...FIRST, is_first_poll: false })).rejects.toMatchObject(EXPIRED);
    });
  });

  it("lets a program say over HTTP that a user's page is gone", async () => {
    const { sender } = served();
    const { user, partner, session } = await enter();
    await sender.updatePresence('res.users', user.uid);
    await session.post('/websocket/on_closed', {});
    const { notifications } = await peek(session, {
      ...FIRST,
      channels: [`odoo-presence-res.partner_${partner}`],
    });
    expect(notifications.at(-1)?.message).toMatchObject({
      type: 'bus.bus/im_status_updated',
      payload: { partner_id: partner, im_status: 'offline', presence_status: 'offline' },
    });
  });

  it('tells of a presence that was missed, also over HTTP, which then comes to the sockets of the user', async () => {
    const { sender, odoo } = served();
    const { user, partner, session } = await enter();
    const channel = newChannel();
    const socket = await openAs(served(), session);
    await subscribe(served(), socket, [channel]);
    await sender.updatePresence('res.users', user.uid);
    // It tells of those of the last two seconds.
    await odoo.sql("UPDATE mail_presence SET last_poll = last_poll + interval '1 hour' WHERE user_id = $1", [
      user.uid,
    ]);
    await peek(session, { ...FIRST, channels: [`odoo-presence-res.partner_${partner}`] });
    expect((await socket.next('bus.bus/im_status_updated')).message.payload).toMatchObject({
      partner_id: partner,
      im_status: 'online',
      presence_status: 'online',
    });
  });

  it('says over HTTP that it is well', async () => {
    const response = await fetch(`${served().server.url}/websocket/health`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'pass' }]);
  });
}
