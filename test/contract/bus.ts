import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { channelText } from '../support/bus/bus-channels.ts';
import { readRow } from '../support/postgres/session-rows.ts';
import { askAsSidecar, checkTokens, credentialOf, type GetServer, userWithToken } from './openerp-server.ts';

const Facts = z.strictObject({
  version: z.string().nullable(),
  rate_limit_burst: z.number(),
  rate_limit_delay: z.number(),
  keep_alive_timeout: z.number(),
});
const Reply = z.strictObject({ facts: Facts, answers: z.array(z.record(z.string(), z.unknown())) });
const Subscribed = z.strictObject({
  uid: z.number().nullable(),
  session: z.boolean(),
  channels: z.array(z.string()),
  last: z.number(),
  token: z.string().optional(),
});

/** What every ask has; of a browser without a session. */
const VISITOR = { cookie: '', headers: { 'user-agent': 'A test' }, first: true, uid: null };
const SUBSCRIBE = { ...VISITOR, kind: 'subscribe', channels: [], last: 0 };

/** The route of `web_socketio_bus`: which channels sockets of Odoo's bus get, asked by the sidecar for many at once. */
export function busContract(server: GetServer): void {
  const ask = async (...asks: object[]) => {
    const { answers } = Reply.parse(await askAsSidecar(server(), 'bus', { asks }));
    expect(answers).toHaveLength(asks.length);
    return answers;
  };
  const subscribe = async (one: object) => Subscribed.parse((await ask({ ...SUBSCRIBE, ...one }))[0]);
  const here = (...channel: (string | number)[]) => channelText([server().database, ...channel]);
  const logIn = async (login: string) => {
    const { user, session } = await userWithToken(server(), login);
    return { user, session, own: { cookie: `first=1; session_id=${session.sessionId}; last=2` } };
  };

  describe('The route of the bus', () => {
    it('says what Odoo is and how it limits browsers, also to who asks for nobody', async () => {
      const reply = Reply.parse(await askAsSidecar(server(), 'bus', { asks: [] }));
      expect(reply.answers).toEqual([]);
      expect(reply.facts).toMatchObject({ rate_limit_burst: 10, rate_limit_delay: 0.2 });
    });

    it('gives a visitor what everybody gets and what was asked for, each as the bus writes it', async () => {
      const channels = ['plain', 'größer "als" \u{1f4e3} / \\', 'plain'];
      const answer = await subscribe({ channels });
      expect(answer).toMatchObject({ uid: null, session: false, last: 0 });
      expect(answer.channels).toEqual(
        expect.arrayContaining([...[here('plain'), here('größer "als" \u{1f4e3} / \\'), here('broadcast')]]),
      );
      expect(new Set(answer.channels).size).toBe(answer.channels.length);
      expect(answer.channels.join()).not.toMatch(/res\.partner|[^ -~]/);
    });

    it('gives a user the channels of their own, and nobody else', async () => {
      const { user, own } = await logIn('bus bella');
      const { own: other } = await logIn('bus bruno');
      const [one, two] = await ask({ ...SUBSCRIBE, ...own, channels: ['mine'] }, { ...SUBSCRIBE, ...other });
      const answer = Subscribed.parse(one);
      const partner = /"res\.partner",\d+\]$/;
      expect(answer.uid).toBe(user.uid);
      expect(answer.channels).toEqual(expect.arrayContaining([here('mine'), here('broadcast')]));
      const [its] = answer.channels.filter((channel) => partner.test(channel));
      expect(its).toBeDefined();
      expect(Subscribed.parse(two).channels).not.toContain(its);
      expect(Subscribed.parse(two).channels).not.toContain(here('mine'));
    });

    it('keeps the last id that there can be, and makes one of the future the beginning', async () => {
      await server().sql(
        `INSERT INTO bus_bus (create_date, channel, message) VALUES (now() AT TIME ZONE 'UTC', '["x","y"]', '{}')`,
      );
      const [row] = await server().sql('SELECT max(id)::int AS id FROM bus_bus');
      const id = z.number().parse(row?.['id']);
      expect((await subscribe({ last: id })).last).toBe(id);
      expect((await subscribe({ last: 2 ** 40 })).last).toBe(0);
    });

    it('gives a token for a session that ends with it, and none to a visitor, or unasked', async () => {
      const { own, session } = await logIn('bus tilda');
      expect(await subscribe(own)).not.toHaveProperty('token');
      expect(await subscribe({ token: true })).not.toHaveProperty('token');
      const { token } = await subscribe({ ...own, token: true });
      expect(token).toMatch(/^wsio_[\w-]{43}$/);
      expect(await checkTokens(server(), [token])).toEqual(['live']);
      await session.logOut();
      expect(await readRow(server(), String(token))).toMatchObject({ ended: true });
    });

    it('gives each of many its own, in the order in which they are asked for', async () => {
      const users = [await logIn('bus many 1'), await logIn('bus many 2'), await logIn('bus many 3')];
      const asks = Array.from({ length: 50 }, (_, index) => ({
        ...{ ...SUBSCRIBE, ...users[index % 3]?.own, channels: [`own ${index}`], token: true },
      }));
      const answers = (await ask(...asks)).map((one) => Subscribed.parse(one));
      for (const [index, { uid, channels }] of answers.entries()) {
        expect(uid).toBe(users[index % 3]?.user.uid);
        expect(channels.filter((one) => one.includes('own '))).toEqual([here(`own ${index}`)]);
      }
      expect(new Set(answers.map(({ token }) => token)).size).toBe(50);
    });

    it('refuses a socket whose session is over, or is another one now, and takes it for a visitor when it begins', async () => {
      const { user, own, session } = await logIn('bus exeter');
      const later = { ...SUBSCRIBE, ...own, first: false };
      expect(await ask({ ...later, uid: user.uid })).toMatchObject([{ uid: user.uid }]);
      // It was a visitor's, or somebody else's.
      expect(await ask({ ...later, uid: null }, { ...later, uid: user.uid + 1 })).toEqual([
        { refused: 'expired' },
        { refused: 'expired' },
      ]);
      await session.logOut();
      const event = { ...later, uid: user.uid, kind: 'event', event_name: 'update_presence', data: {} };
      expect(await ask({ ...later, uid: user.uid }, event)).toEqual([
        { refused: 'expired' },
        { refused: 'expired' },
      ]);
      expect(await subscribe(own)).toMatchObject({ uid: null, session: false });
    });

    it('goes by the token of a socket whose cookie names nothing any more, until its session is over', async () => {
      const { user, own, session } = await logIn('bus rota');
      const { token: credential = '' } = await subscribe({ ...own, token: true });
      const later = { ...SUBSCRIBE, first: false, uid: user.uid, session: true, credential };
      const answer = Subscribed.parse((await ask(later))[0]);
      expect(answer.uid).toBe(user.uid);
      expect(new Set(answer.channels)).toEqual(new Set((await subscribe(own)).channels));
      expect(await ask({ ...later, uid: user.uid + 1 }, { ...later, credential: 'wsio_' })).toEqual([
        { refused: 'expired' },
        { refused: 'expired' },
      ]);
      await session.logOut();
      const ends = { ...later, kind: 'closed', credential: await credentialOf(server(), credential) };
      expect(await ask(later, ends, { ...ends, kind: 'subscribe' })).toEqual([
        { refused: 'expired' },
        {},
        { refused: 'expired' },
      ]);
    });

    it('takes a visitor without a session for one however often it asks, unless it had one', async () => {
      expect(await ask({ ...SUBSCRIBE, first: false, session: false })).toMatchObject([{ uid: null }]);
      expect(await ask({ ...SUBSCRIBE, first: false, session: true })).toEqual([{ refused: 'expired' }]);
    });

    it.each(["password = 'x'", 'active = false'])(
      'refuses a session that Odoo does not accept any more: %s',
      async (assignment) => {
        const { user, own } = await logIn(`bus ${assignment.slice(0, 4)}`);
        await server().sql(`UPDATE res_users SET ${assignment} WHERE id = $1`, [user.uid]);
        expect(await ask({ ...SUBSCRIBE, ...own, first: false, uid: user.uid })).toEqual([
          { refused: 'expired' },
        ]);
      },
    );

    it('refuses channels that are no texts, and carries out what came with them', async () => {
      const answers = await ask({ ...SUBSCRIBE, channels: [7] }, { ...SUBSCRIBE, channels: ['fine'] });
      expect(answers[0]).toMatchObject({ refused: 'invalid', message: expect.any(String) });
      expect(Subscribed.parse(answers[1]).channels).toContain(here('fine'));
    });

    it('carries out events that nobody knows, and ends', async () => {
      const { user, own } = await logIn('bus edda');
      const later = { ...VISITOR, ...own, first: false, uid: user.uid };
      const event = { kind: 'event', event_name: 'nobody_knows', data: { any: ['thing', null] } };
      expect(
        await ask({ ...later, ...event }, { ...later, kind: 'closed' }, { ...VISITOR, kind: 'closed' }),
      ).toEqual([{}, {}, {}]);
    });

    it.each([
      ['nothing', ''],
      ['no JSON', 'nonsense'],
      ['no object', '[]'],
      ['no asks', '{}'],
      ['no list', '{"asks": 7}'],
      ['more than a hundred', JSON.stringify({ asks: Array(101).fill(SUBSCRIBE) })],
    ])('refuses a request of %s', async (_, body) => {
      await expect(askAsSidecar(server(), 'bus', body)).rejects.toMatchObject({ code: 400 });
    });
  });
}
