import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { askAsSidecar } from '../../contract/openerp-server.ts';
import { channelText } from '../../support/bus/bus-channels.ts';
import { type Odoo, startInstalledOdoo } from '../../support/odoo/odoo.ts';
import type { OdooSession, OdooUser } from '../../support/odoo/odoo-session.ts';
import { showLogOfFailures } from '../../support/process/failure-log.ts';

const Answers = z.object({ answers: z.array(z.record(z.string(), z.unknown())) });
const Told = z.object({ type: z.string(), payload: z.record(z.string(), z.unknown()) });
const Channels = z.object({ channels: z.array(z.string()) });

export const HOUR_MS = 60 * 60 * 1000;

export const HEADERS = {
  'user-agent': 'A browser',
  'accept-language': 'de-DE',
  'x-forwarded-for': '203.0.113.1, 192.0.2.7',
};
/** What is asked for a browser without a session, unless something else is said. */
export const VISITOR = {
  kind: 'subscribe',
  cookie: '',
  headers: HEADERS,
  first: true,
  uid: null,
  channels: [],
  last: 0,
};

export const event = (event_name: string, data: unknown) => ({ kind: 'event', event_name, data });
export const channelsOf = (answer: unknown) => Channels.parse(answer).channels;

/** An Odoo with Discuss, live chat, locked screens, and an addon that overrides what Odoo does for its WebSockets. */
export function useBusOdoo(): BusOdoo {
  let odoo: Odoo | undefined;
  const get = () => {
    if (odoo === undefined) throw new Error('Odoo runs during tests only. Ask for it inside of one.');
    return odoo;
  };
  beforeAll(async () => {
    odoo = await startInstalledOdoo({
      modules: ['web_socketio_test_bus', 'mail', 'im_livechat', 'auth_timeout'],
      addonsPaths: [fileURLToPath(new URL('../addons', import.meta.url))],
    });
  });
  afterAll(() => odoo?.stop());
  showLogOfFailures('Odoo 19', () => get().server);
  return new BusOdoo(get);
}

/** The route of the bus, asked as a sidecar does, and what comes of it. */
class BusOdoo {
  readonly #odoo: () => Odoo;

  constructor(odoo: () => Odoo) {
    this.#odoo = odoo;
  }

  get odoo(): Odoo {
    return this.#odoo();
  }

  async ask(...asks: object[]): Promise<Record<string, unknown>[]> {
    const all = asks.map((one) => ({ ...VISITOR, ...one }));
    return Answers.parse(await askAsSidecar(this.odoo, 'bus', { asks: all })).answers;
  }

  async askOne(ask: object): Promise<Record<string, unknown>> {
    return (await this.ask(ask))[0] ?? {};
  }

  /** As it stands in the table. */
  channel(...channel: (string | number)[]): string {
    return channelText([this.odoo.database, ...channel]);
  }

  /** Somebody whose socket has subscribed before: what is asked for it from then on. */
  async logIn(login: string): Promise<{ user: OdooUser; session: OdooSession; own: object }> {
    const user = await this.odoo.createUser(login);
    const session = await this.odoo.logIn(user);
    const own = { cookie: `session_id=${session.sessionId}; mine=7`, first: false, uid: user.uid };
    return { user, session, own };
  }

  async makeGuest(name: string): Promise<{ id: number; own: object }> {
    const [row] = await this.odoo.sql(
      `INSERT INTO mail_guest (name, access_token) VALUES ($1, gen_random_uuid()::text) RETURNING id, access_token`,
      [name],
    );
    const id = z.number().parse(row?.['id']);
    return { id, own: { cookie: `dgid=${id}|${row?.['access_token']}` } };
  }

  /** What was sent to a channel, by the bus. */
  async told(channel = this.channel('test_told')): Promise<z.infer<typeof Told>[]> {
    const rows = await this.odoo.sql('SELECT message FROM bus_bus WHERE channel = $1 ORDER BY id', [channel]);
    return rows.map(({ message }) => Told.parse(JSON.parse(String(message))));
  }

  /** The presence of a user or a guest: none or one. */
  async statusOf(whose: 'user_id' | 'guest_id', id: number): Promise<unknown[]> {
    const rows = await this.odoo.sql(`SELECT status FROM mail_presence WHERE ${whose} = $1`, [id]);
    return rows.map(({ status }) => status);
  }
}
