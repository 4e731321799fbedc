import { expect, it } from 'vitest';
import { newChannel } from '../../support/bus/bus-sender.ts';
import { OdooSession, type OdooUser } from '../../support/odoo/odoo-session.ts';
import { changeSessionFile, readSessionFile } from '../../support/odoo/session-file.ts';
import { type GetServed, open, openAs, settle, subscribe } from './served.ts';

const EXPIRED = { code: 4001 };

/** A socket belongs to a session, and ends with it. */
export function sessionCases(served: GetServed): void {
  /** A session of its own. */
  const enter = async () => {
    const { user, partner } = await served().member('Carla');
    return { user, partner, session: await served().odoo.logIn(user) };
  };
  const listenAs = async (session: OdooSession, channel: string) => {
    const socket = await openAs(served(), session);
    await subscribe(served(), socket, [channel]);
    return socket;
  };

  it('is over when a visitor logs in', async () => {
    const { odoo, member } = served();
    const { user } = await member('Carla');
    const session = new OdooSession(odoo.url);
    // Odoo stores no session that holds nothing, but this puts something in.
    await session.post('/websocket/peek_notifications', { channels: [], last: 0, is_first_poll: true });
    const socket = await listenAs(session, newChannel());
    await session.logIn(odoo.database, user);
    socket.subscribe([newChannel()]);
    expect(await socket.closed).toMatchObject(EXPIRED);
  });

  it('is over at the next frame after a log-out', async () => {
    const { session } = await enter();
    const socket = await listenAs(session, newChannel());
    await session.logOut();
    // The sidecar does not wait for a frame.
    if (socket.isOpen) socket.subscribe([newChannel()]);
    expect(await socket.closed).toMatchObject(EXPIRED);
  });

  it.each<[string, boolean, (user: OdooUser, session: OdooSession) => Promise<unknown>]>([
    ['a log-out', true, (_, session) => session.logOut()],
    ['the user was deactivated', false, ({ uid }) => write(uid, { active: false })],
    ['the password was changed', false, ({ uid }) => write(uid, { password: 'another password' })],
  ])('brings nothing more after %s', async (_, isNoticed, end) => {
    const { odoo, sender } = served();
    const user = await odoo.createUser(newChannel());
    const session = await odoo.logIn(user);
    const channel = newChannel();
    const socket = await listenAs(session, channel);
    await end(user, session);
    // Odoo's worker hears of other processes' changes when a page sends something, and believes what it remembers till then.
    if (served().name === 'the evented worker' && !isNoticed) socket.subscribe([channel]);
    else await sender.send(channel, 'too late');
    expect(await socket.closed).toMatchObject(EXPIRED);
    expect(socket.types).not.toContain('too late');
  });

  it('never serves as its user whoever comes with the cookie of a session that is over', async () => {
    const { sender } = served();
    const { partner, session } = await enter();
    const { sessionId } = session;
    await session.logOut();
    const channel = newChannel();
    const socket = await open(served(), { cookie: `session_id=${sessionId}` });
    await subscribe(served(), socket, [channel]);
    await sender.sendTo('res.partner', partner, 'secret');
    await settle(served(), socket, channel);
    expect(socket.types).not.toContain('secret');
  });

  it('serves a page that subscribes for the first time after its session was over as nobody, if at all', async () => {
    const { sender } = served();
    const { partner, session } = await enter();
    const socket = await openAs(served(), session);
    await session.logOut();
    const channel = newChannel();
    const last = await sender.send(channel, 'to visitors');
    await sender.sendTo('res.partner', partner, 'secret');
    socket.subscribe([channel], last);
    if (served().name === 'the sidecar') {
      // It has not asked Odoo before: for it the cookie names a session that never was, and its page is a visitor's.
      await settle(served(), socket, channel);
      expect(socket.types).not.toContain('secret');
    } else expect(await socket.closed).toMatchObject(EXPIRED);
  });

  it.each(['nonsense', 'x'.repeat(84), '', '../../../etc/passwd'])(
    'serves a visitor who has a cookie that is no session: "%s"',
    async (sessionId) => {
      const channel = newChannel();
      const socket = await open(served(), { cookie: `session_id=${sessionId}; other=1` });
      await subscribe(served(), socket, [channel]);
      await settle(served(), socket, channel);
    },
  );

  it('goes on when Odoo gives the session another id', async () => {
    const { sender, odoo } = served();
    const { partner, session } = await enter();
    const channel = newChannel();
    const socket = await listenAs(session, channel);
    const before = session.sessionId;
    await changeSessionFile(odoo, before, { create_time: Date.now() / 1000 - 4 * 60 * 60 });
    await session.post('/web/session/get_session_info', {});
    expect(session.sessionId).not.toBe(before);
    await sender.sendTo('res.partner', partner, 'after the rotation');
    await socket.next('after the rotation');
    await subscribe(served(), socket, [channel]);
    await sender.sendTo('res.partner', partner, 'after the subscription');
    await socket.next('after the subscription');
    expect(socket.isOpen).toBe(true);
  });

  it('leaves the session file as it is', async () => {
    const { odoo, member } = served();
    const { session } = await member('Carla');
    const opened = await openAs(served(), session);
    // The evented worker stores a session at the handshake.
    const before = await readSessionFile(odoo, session.sessionId);
    const channel = newChannel();
    await subscribe(served(), opened, [channel]);
    await settle(served(), opened, channel);
    expect(await readSessionFile(odoo, session.sessionId)).toEqual(before);
  });

  it('is served in whatever language its session is', async () => {
    const { odoo } = served();
    const { session } = await enter();
    const { context } = await readSessionFile(odoo, session.sessionId);
    // As of a visitor whose browser prefers it, where Odoo does not have it.
    await changeSessionFile(odoo, session.sessionId, { context: { ...Object(context), lang: 'fr_LU' } });
    const channel = newChannel();
    const socket = await listenAs(session, channel);
    await settle(served(), socket, channel);
  });

  it('is served as nobody, if at all, when it is of a database that is not there', async () => {
    const { odoo, sender } = served();
    const { partner, session } = await enter();
    await changeSessionFile(odoo, session.sessionId, { db: 'there_is_none' });
    if (served().name === 'the sidecar') {
      // It may be of a database that another Odoo serves, or another sidecar.
      const socket = await openAs(served(), session);
      socket.subscribe([newChannel()]);
      expect(await socket.closed).toMatchObject({ code: 1013 });
      return;
    }
    const channel = newChannel();
    const socket = await listenAs(session, channel);
    await sender.sendTo('res.partner', partner, 'secret');
    await settle(served(), socket, channel);
    expect(socket.types).not.toContain('secret');
  });

  const write = (uid: number, values: object) => {
    const { odoo } = served();
    return odoo.execute(odoo.admin, 'res.users', 'write', [[uid], values]);
  };
}
