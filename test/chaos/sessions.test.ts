import { expect, it, onTestFinished } from 'vitest';
import { sha256 } from '../support/database-schema.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { openDatabase, readLedger } from './chaos-database.ts';
import { ClientPage } from './client-page.ts';
import { idsOf } from './page-record.ts';
import { SidecarProcess } from './sidecar-process.ts';
import { conclude, countEach } from './tally.ts';
import { type Login, TokenRoute } from './token-route.ts';

const CLOSED_MS = 5_000;
/** A page that may come back tries after 0.2 to 1 s, and asks for a token each time. */
const WATCHED_MS = 4_000;
const MOST_TRIES = 12;

interface Ending {
  readonly way: string;
  readonly end: (database: TestDatabase, login: Login) => Promise<unknown>;
  /** Does OpenERP answer while it happens? Then the page learns there that it is over. */
  readonly openerp: boolean;
  readonly reasons: readonly string[];
  /** How long a token lives; one that nobody renews is how a session ends behind OpenERP's back. */
  readonly seconds?: number;
}

const change =
  (assignment: string) =>
  (database: TestDatabase, { uid }: Login) =>
    database.query(`UPDATE res_users SET ${assignment} WHERE id = $1`, [uid]);
const remove = (database: TestDatabase, { uid }: Login) =>
  database.query('DELETE FROM res_users WHERE id = $1', [uid]);
const logOut = (database: TestDatabase, { session }: Login) =>
  database.query('SELECT web_socketio_end_session($1)', [sha256(session)]);
const expire = (database: TestDatabase, { session }: Login) =>
  database.query('UPDATE web_socketio_session SET expires = now() WHERE session_hash = $1', [
    sha256(session),
  ]);

const ENDINGS: readonly Ending[] = [
  { way: 'logout', end: logOut, openerp: true, reasons: ['session_ended'] },
  { way: 'logout while OpenERP is down', end: logOut, openerp: false, reasons: ['session_ended'] },
  { way: 'password changed', end: change(`password = 'new'`), openerp: true, reasons: ['session_over'] },
  {
    way: 'password changed while OpenERP is down',
    end: change(`password = 'new'`),
    openerp: false,
    reasons: ['session_unproved'],
  },
  { way: 'user deactivated', end: change('active = false'), openerp: true, reasons: ['session_over'] },
  {
    way: 'user deactivated while OpenERP is down',
    end: change('active = false'),
    openerp: false,
    reasons: ['session_unproved'],
  },
  { way: 'user deleted', end: remove, openerp: true, reasons: ['session_over'] },
  { way: 'user deleted while OpenERP is down', end: remove, openerp: false, reasons: ['session_unproved'] },
  {
    way: 'token expired while OpenERP is down',
    end: expire,
    openerp: false,
    reasons: ['token_expired'],
    seconds: 3,
  },
];

async function addUser(database: TestDatabase): Promise<Login> {
  const [row] = await database.query<{ id: number }>(
    `INSERT INTO res_users (login, password) VALUES ('chaos', 'old') RETURNING id`,
  );
  return { uid: row?.id ?? 0, password: 'old', session: `session of user ${row?.id}` };
}

it.each(ENDINGS)('closes the sockets of a session that ends, and they stay away: $way', async (ending) => {
  const database = await openDatabase();
  const sidecar = await SidecarProcess.start({ server: database.server, database: database.name });
  const proxy = await TcpProxy.start(sidecar.port);
  const open = (login: Partial<Login>, origin: string, seconds?: number) => {
    const route = new TokenRoute(database.config, seconds);
    const page = new ClientPage(route, { origin, channels: ['each'] }, login);
    onTestFinished(() => {
      page.end();
      return route.stop();
    });
    return { route, page };
  };
  const login = await addUser(database);
  const { route, page } = open(login, proxy.url, ending.seconds);
  const { page: other } = open({}, sidecar.url);
  await expect.poll(() => page.connected && other.connected).toBe(true);
  await database.insert('chaos_each', { before: true });
  await expect.poll(() => [page, other].map(({ record }) => idsOf(record, 'each').length)).toEqual([1, 1]);
  const sentBefore = await readLedger(database, 'each');

  route.down = !ending.openerp;
  const [fetches, handshakes] = [page.record.fetches, proxy.accepted];
  const ended = Date.now();
  await ending.end(database, login);
  await expect.poll(() => page.record.disconnects.length, { timeout: CLOSED_MS, interval: 10 }).toBe(1);
  const closed = (page.record.disconnects[0]?.at ?? 0) - ended;
  await database.insert('chaos_each', { after: true });
  const watched = performance.now() + WATCHED_MS;
  await expect
    .poll(() => performance.now() > watched && idsOf(other.record, 'each').length, { timeout: 30_000 })
    .toBe(2);
  const sent = await readLedger(database, 'each');
  conclude(
    `session ends, ${ending.way}`,
    countEach(sent, [other.record], 'each'),
    `closed after ${closed} ms with ${page.record.disconnects[0]?.reason}`,
    `then tokens asked ${page.record.fetches - fetches} connections ${proxy.accepted - handshakes}`,
  );
  expect(closed).toBeLessThanOrEqual(CLOSED_MS);
  expect(page.record.disconnects.map(({ reason }) => reason)).toEqual(ending.reasons);
  expect(page.connected).toBe(false);
  expect(idsOf(page.record, 'each')).toEqual(sentBefore);
  const [asked, tried] = [page.record.fetches - fetches, proxy.accepted - handshakes];
  // A page that is told to come back may try, ever more seldom; one that is told to stay away does not.
  const most = ending.openerp || ending.reasons.includes('session_ended') ? 1 : MOST_TRIES;
  expect(asked).toBeLessThanOrEqual(most);
  expect(tried).toBeLessThanOrEqual(most === 1 ? 0 : MOST_TRIES);
});
