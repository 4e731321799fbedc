import { beforeAll, describe, expect, it } from 'vitest';
import { newChannel } from '../../support/bus/bus-sender.ts';
import type { BusSocket } from '../../support/bus/bus-socket.ts';
import type { OdooUser } from '../../support/odoo/odoo-session.ts';
import { type GetServed, open, openAs, settle, subscribe } from './served.ts';

const UPDATED = 'bus.bus/im_status_updated';
const AWAY_MS = 1_801_000;

/** Who is there: what the addon `mail` adds. */
export function presenceCases(served: GetServed): void {
  const enter = async () => {
    const { odoo, sender } = served();
    const user = await odoo.createUser(newChannel());
    return { user, session: await odoo.logIn(user), partner: await sender.partnerOf(user) };
  };
  const watch = () => served().member('Dora');
  const statuses = (socket: BusSocket, partner: number) =>
    socket.notifications.flatMap(({ message: { type, payload } }) =>
      type === UPDATED && Object(payload).partner_id === partner ? [Object(payload).presence_status] : [],
    );

  it('tells of each change of whoever is watched, and of nothing else', async () => {
    const { sender } = served();
    const { user, session, partner } = await enter();
    const channel = newChannel();
    const socket = await openAs(served(), session);
    await subscribe(served(), socket, [channel, `odoo-presence-res.partner_${partner}`]);
    for (const inactivity of [0, AWAY_MS, 0, 0]) {
      await sender.updatePresence('res.users', user.uid, inactivity);
    }
    await settle(served(), socket, channel);
    expect(statuses(socket, partner)).toEqual(['online', 'away', 'online']);
    expect(socket.notifications[0]?.message.payload).toMatchObject({
      ...{ im_status: 'online', presence_status: 'online', partner_id: partner, guest_id: false },
    });
  });

  it('notes what pages say of their users', async () => {
    const watcher = await watch();
    const watched = await enter();
    const channel = newChannel();
    const watching = await openAs(served(), watcher.session);
    await subscribe(served(), watching, [channel, `odoo-presence-res.partner_${watched.partner}`]);
    const page = await openAs(served(), watched.session);
    const [other] = [newChannel()];
    await subscribe(served(), page, [other]);
    const says = async (inactivity_period: number, status: string) => {
      page.event('update_presence', { inactivity_period });
      await expect.poll(() => statuses(watching, watched.partner).at(-1)).toBe(status);
    };
    await says(0, 'online');
    await says(AWAY_MS, 'away');
    await says(10, 'online');
    const [row] = await served().odoo.sql('SELECT status FROM mail_presence WHERE user_id = $1', [
      watched.user.uid,
    ]);
    expect(row).toEqual({ status: 'online' });
    const read = await watcher.session.call('res.partner', 'read', [[watched.partner], ['im_status']]);
    expect(read).toMatchObject([{ im_status: 'online' }]);
  });

  it('notes that a user has gone with the last page', async () => {
    const watcher = await watch();
    const watched = await enter();
    const channel = newChannel();
    const watching = await openAs(served(), watcher.session);
    await subscribe(served(), watching, [channel, `odoo-presence-res.partner_${watched.partner}`]);
    const page = await openAs(served(), watched.session);
    await subscribe(served(), page, [newChannel()]);
    page.event('update_presence', { inactivity_period: 0 });
    await expect.poll(() => statuses(watching, watched.partner)).toEqual(['online']);
    // The sidecar waits for some seconds, in which the user may have loaded the page anew.
    await page.close();
    await expect.poll(() => statuses(watching, watched.partner)).toEqual(['online', 'offline']);
  });

  it('tells a page that subscribes of the presences of the last moments', async () => {
    const { sender, odoo } = served();
    const { user, session, partner } = await enter();
    await sender.updatePresence('res.users', user.uid);
    await odoo.sql("UPDATE mail_presence SET last_poll = last_poll + interval '1 hour' WHERE user_id = $1", [
      user.uid,
    ]);
    const socket = await openAs(served(), session);
    socket.subscribe([`odoo-presence-res.partner_${partner}`], await sender.lastId());
    const { id, message } = await socket.next(UPDATED);
    expect(message.payload).toMatchObject({ partner_id: partner, presence_status: 'online' });
    expect(await odoo.sql('SELECT channel FROM bus_bus WHERE id = $1', [id])).toEqual([
      { channel: JSON.stringify([odoo.database, 'res.partner', partner]) },
    ]);
  });

  it('tells that somebody is gone whose presence Odoo forgets', async () => {
    const { sender, odoo } = served();
    const { user, session, partner } = await enter();
    const channel = newChannel();
    await sender.updatePresence('res.users', user.uid);
    const socket = await openAs(served(), session);
    await subscribe(served(), socket, [channel, `odoo-presence-res.partner_${partner}`]);
    await odoo.sql(
      "UPDATE mail_presence SET last_poll = last_poll - interval '13 hours' WHERE user_id = $1",
      [user.uid],
    );
    await sender.vacuumPresences();
    await settle(served(), socket, channel);
    expect(statuses(socket, partner).at(-1)).toBe('offline');
  });

  it('takes a presence channel that is none, and gives nothing for it', async () => {
    const { session } = await watch();
    const channel = newChannel();
    const socket = await openAs(served(), session);
    await subscribe(served(), socket, [channel, 'odoo-presence-res.users_2', 'odoo-presence-']);
    await settle(served(), socket, channel);
  });

  describe('shows whether somebody is there', () => {
    interface Person {
      readonly model: string;
      readonly id: number;
      readonly persona: string;
      readonly personaId: number;
      readonly cookie: string;
    }
    type Kind = 'an employee' | 'a portal user' | 'a guest';
    const kinds: Kind[] = ['an employee', 'a guest', 'a portal user'];
    const [watchers, watched] = [new Map<Kind, Person>(), new Map<Kind, Person>()];

    beforeAll(async () => {
      for (const people of [watchers, watched]) {
        for (const kind of kinds) people.set(kind, await make(kind));
      }
    });

    it.each(
      kinds.flatMap((asking) =>
        kinds.flatMap((target) => [
          [asking, target, 'with', 'yes'] as const,
          [asking, target, 'without', asking === 'an employee' ? 'yes' : 'no'] as const,
        ]),
      ),
    )('to a page of %s that watches %s %s a token: %s', async (asking, target, withOrWithout, answer) => {
      const { sender } = served();
      const { cookie } = find(watchers, asking);
      const { model, id, persona, personaId } = find(watched, target);
      await sender.forgetPresences();
      const token = withOrWithout === 'with' ? `-${await sender.presenceToken(persona, personaId)}` : '';
      const channel = newChannel();
      const socket = await open(served(), { cookie });
      await subscribe(served(), socket, [channel, `odoo-presence-${persona}_${personaId}${token}`]);
      await sender.updatePresence(model, id);
      await settle(served(), socket, channel);
      const seen = socket.notifications.filter(({ message }) => message.type === UPDATED);
      const key = persona === 'mail.guest' ? 'guest_id' : 'partner_id';
      expect(seen.map(({ message }) => message.payload)).toMatchObject(
        answer === 'yes' ? [{ im_status: 'online', presence_status: 'online', [key]: personaId }] : [],
      );
    });

    const find = (people: ReadonlyMap<Kind, Person>, kind: Kind): Person => {
      const found = people.get(kind);
      if (found === undefined) throw new Error(`There is nobody who is ${kind}.`);
      return found;
    };
    const make = async (kind: Kind): Promise<Person> => {
      const { odoo, sender } = served();
      if (kind === 'a guest') {
        const { id, cookie } = await sender.makeGuest(newChannel());
        return { model: 'mail.guest', id, persona: 'mail.guest', personaId: id, cookie };
      }
      const user = await odoo.createUser(newChannel());
      if (kind === 'a portal user') await makePortal(user);
      const session = await odoo.logIn(user);
      const personaId = await sender.partnerOf(user);
      const cookie = `session_id=${session.sessionId}`;
      return { model: 'res.users', id: user.uid, persona: 'res.partner', personaId, cookie };
    };
    const makePortal = async ({ uid }: OdooUser) => {
      const { odoo } = served();
      const [row] = await odoo.sql(
        "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'",
      );
      const values = { group_ids: [[6, 0, [row?.['res_id']]]] };
      await odoo.execute(odoo.admin, 'res.users', 'write', [[uid], values]);
    };
  });
}
