import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { askAsSidecar } from '../../contract/openerp-server.ts';
import { type Odoo, startInstalledOdoo } from '../../support/odoo/odoo.ts';
import { showLogOfFailures } from '../../support/process/failure-log.ts';

const LANGUAGES = ['en_US', 'de_DE', 'fr_FR'];
const [EMPLOYEES, CUSTOMERS, GUESTS, VISITORS] = [14, 6, 6, 6];
const ORDERS = 6;
const User = z.object({ uid: z.number(), partner: z.number(), login: z.string() });
const Answers = z.object({ answers: z.array(z.record(z.string(), z.unknown())) });

let odoo: Odoo;
beforeAll(async () => {
  odoo = await startInstalledOdoo({
    modules: ['web_socketio_test_bus', 'mail', 'im_livechat', 'auth_timeout'],
    addonsPaths: [fileURLToPath(new URL('../addons', import.meta.url))],
  });
});
afterAll(() => odoo?.stop());
showLogOfFailures('Odoo 19', () => odoo.server);

interface Ask {
  readonly [name: string]: unknown;
  readonly who: string;
  readonly channels: readonly string[];
}

const asking = async (asks: readonly Ask[]) =>
  Answers.parse(await askAsSidecar(odoo, 'bus', { asks: asks.map(({ who: _, ...ask }) => ask) })).answers;

const byAdmin = async (model: string, method: string, ...args: unknown[]) =>
  await odoo.execute(odoo.admin, model, method, args);
const create = async (model: string, values: object) =>
  z.number().parse(await byAdmin(model, 'create', values));

/** The id of what an addon calls `module.name`. */
async function idOf(name: string): Promise<number> {
  const rows = await odoo.sql(`SELECT res_id FROM ir_model_data WHERE module || '.' || name = $1`, [name]);
  return z.number().parse(rows[0]?.['res_id']);
}

const passwordOf = (login: string) => `${login}-password`;

/** Numbers that look random, and are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

function shuffled<T>(list: readonly T[], below: (below: number) => number): T[] {
  return list
    .map((value) => ({ value, at: below(1_000_000) }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value);
}

const ask = (who: string, cookie: string, rest: object): Ask => ({
  ...{ who, kind: 'subscribe', cookie, first: true, uid: null, channels: [], last: 0, ...rest },
});

/** Users of several companies, groups and languages, guests and visitors, each with channels of its own. */
async function makeCrowd(): Promise<Ask[]> {
  const languages = await byAdmin('res.lang', 'search', [
    ['code', 'in', LANGUAGES],
    ['active', 'in', [true, false]],
  ]);
  await byAdmin('res.lang', 'write', languages, { active: true });
  const companies = [
    1,
    await create('res.company', { name: 'B' }),
    await create('res.company', { name: 'C' }),
  ];
  const groups = {
    employee: await idOf('base.group_user'),
    customer: await idOf('base.group_portal'),
    operator: await idOf('im_livechat.im_livechat_group_user'),
    system: await idOf('base.group_system'),
  };
  const logins = Array.from({ length: EMPLOYEES + CUSTOMERS }, (_, at) => `user${at}`);
  const companyOf = (at: number) => companies[at % companies.length];
  const groupsOf = (at: number) => {
    if (at >= EMPLOYEES) return [groups.customer];
    const more = [...(at % 3 === 0 ? [groups.operator] : []), ...(at % 5 === 0 ? [groups.system] : [])];
    return [groups.employee, ...more];
  };
  await byAdmin(
    'res.users',
    'create',
    logins.map((login, at) => ({
      ...{
        name: login,
        login,
        password: passwordOf(login),
        company_id: companyOf(at),
        lang: LANGUAGES[at % 2],
      },
      company_ids: [[6, 0, at % 4 === 0 ? companies : [companyOf(at)]]],
      group_ids: [[6, 0, groupsOf(at)]],
    })),
  );
  const made = await odoo.sql(
    `SELECT id AS uid, partner_id AS partner, login FROM res_users WHERE login = ANY($1) ORDER BY id`,
    [logins],
  );
  const users: (z.infer<typeof User> & { readonly sid: string; readonly own: object })[] = [];
  for (const [at, row] of made.entries()) {
    const { uid, partner, login } = User.parse(row);
    if (at % 2 === 0) await byAdmin('res.partner', 'write', [partner], { company_id: companyOf(at) });
    const { sessionId: sid } = await odoo.logIn({ login, password: passwordOf(login) });
    users.push({ uid, partner, login, sid, own: at % 2 === 0 ? { first: false, uid } : {} });
  }
  const guests: { readonly id: number; readonly token: string }[] = [];
  for (let at = 0; at < GUESTS; at += 1) {
    const rows = await odoo.sql(
      `INSERT INTO mail_guest (name, access_token) VALUES ($1, gen_random_uuid()::text)
       RETURNING id, access_token AS token`,
      [`guest${at}`],
    );
    guests.push(z.object({ id: z.number(), token: z.string() }).parse(rows[0]));
  }
  const rooms: number[] = [];
  for (let at = 0; at < 9; at += 1) {
    const isOpen = at % 3 === 0;
    const room = await create('discuss.channel', {
      ...{ name: `room${at}`, channel_type: at % 3 === 2 ? 'group' : 'channel' },
      ...(at % 3 === 2 ? {} : { group_public_id: isOpen ? false : groups.employee }),
    });
    rooms.push(room);
    const here = (index: number, step: number) => (index + at) % step === 0;
    const insiders = users.filter((_, index) => (at % 3 !== 1 || index < EMPLOYEES) && here(index, 4));
    const outsiders = guests.filter((_, index) => at % 3 !== 1 && here(index, 2));
    await byAdmin('discuss.channel.member', 'create', [
      ...insiders.map(({ partner }) => ({ channel_id: room, partner_id: partner })),
      ...outsiders.map(({ id }) => ({ channel_id: room, guest_id: id })),
    ]);
  }
  const named = [
    ...users.map(({ partner }) => `odoo-presence-res.partner_${partner}`),
    ...guests.map(({ id }) => `odoo-presence-mail.guest_${id}`),
    ...rooms.map((id) => `discuss.channel_${id}`),
    ...['im_livechat.looking_for_help', 'plain'],
  ];
  const below = numbers(7);
  const some = () => shuffled(named, below).slice(0, 5 + below(named.length - 5));
  const headers = (at: number) => ({ 'accept-language': LANGUAGES[at % 3]?.replace('_', '-') });
  return [
    ...users.map(({ login, sid, own }, at) =>
      ask(login, `session_id=${sid}`, { ...own, channels: some(), headers: headers(at + 1) }),
    ),
    ...guests.map(({ id, token }, at) =>
      at % 2 === 0
        ? ask(`guest ${at}`, `dgid=${id}|${token}`, { channels: some(), headers: headers(at) })
        : ask(`guest ${at} by channel`, '', { channels: [`mail.guest_${id}|${token}`, ...some()] }),
    ),
    ...Array.from({ length: VISITORS }, (_, at) =>
      ask(`visitor ${at}`, '', { channels: some(), headers: headers(at) }),
    ),
    ask('a guest who is a user', `session_id=${users[1]?.sid}; dgid=${guests[0]?.id}|${guests[0]?.token}`, {
      channels: some(),
    }),
    ask('a guest with a wrong token', `dgid=${guests[0]?.id}|wrong`, { channels: some() }),
  ];
}

describe('Asks of many in one request', () => {
  it('get what each gets alone, in any order, and whatever fails between them', {
    timeout: 240_000,
  }, async () => {
    const crowd = await makeCrowd();
    const alone = new Map<string, object>();
    for (const one of crowd) alone.set(one.who, (await asking([one]))[0] ?? {});
    // Or it would say little.
    const different = new Set([...alone.values()].map((answer) => JSON.stringify(answer)));
    expect(different.size).toBeGreaterThan(crowd.length - 5);
    for (let at = 0; at < VISITORS; at += 1)
      expect(JSON.stringify(alone.get(`visitor ${at}`))).toContain(`in ${LANGUAGES[at % 3]} of`);
    const wrong = ask('wrong', 'dgid=x|y', {});
    const over = ask('over', '', { channels: ['over'] });
    for (let seed = 1; seed <= ORDERS; seed += 1) {
      const order = shuffled([...crowd, ...(seed % 3 === 0 ? [wrong, over, wrong] : [])], numbers(seed));
      const answers = await asking(order);
      for (const [at, { who }] of order.entries())
        if (alone.has(who)) expect({ seed, who, ...answers[at] }).toEqual({ seed, who, ...alone.get(who) });
    }
  });

  it('are answered beside one of a user who is deleted, whose session is over', async () => {
    const user = await odoo.createUser('dora');
    const { sessionId } = await odoo.logIn(user);
    const one = ask('dora', `session_id=${sessionId}`, { first: false, uid: user.uid });
    expect(await asking([one])).toMatchObject([{ uid: user.uid }]);
    await byAdmin('res.users', 'unlink', [user.uid]);
    const visitor = ask('visitor', '', {});
    expect(await asking([visitor, one, visitor])).toMatchObject([
      { uid: null },
      { refused: 'expired' },
      { uid: null },
    ]);
  });

  it('are answered beside one of a channel of a model that has no table, which is refused', async () => {
    const user = await odoo.createUser('edith');
    const { sessionId } = await odoo.logIn(user);
    const channels = ['editor_collaboration:base:name:1'];
    const one = ask('edith', `session_id=${sessionId}`, { channels });
    const visitor = ask('visitor', '', {});
    expect(await asking([visitor, one])).toMatchObject([{ uid: null }, { refused: 'invalid' }]);
  });
});
