import { expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { openDatabase, readLedger } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { ClientPage } from '../fleet/client-page.ts';
import { idsOf } from '../fleet/page-record.ts';
import { type Login, TokenRoute } from '../fleet/token-route.ts';
import { bound } from '../record/form.ts';
import { conclude, countEach } from '../record/tally.ts';
import { SESSION_ENDINGS } from './session-ending.ts';

const CLOSED_MS = bound(5_000);
const WATCHED_MS = 5_000;
/** In that time, by pages that may come back: the first try after 1 to 2 s, and ever more seldom. */
const MOST_TRIES = 5;
const RETRY = { minMs: 1_000, maxMs: 30_000 };

/** A page of a user of its own, whose connections are counted by a proxy of its own. */
async function openPage(database: TestDatabase, sidecar: ChaosSidecar, seconds?: number) {
  const [row] = await database.query<{ uid: number }>(
    `INSERT INTO res_users (login, password) VALUES ('chaos', 'old') RETURNING id AS uid`,
  );
  const uid = row?.uid ?? 0;
  const login: Login = { uid, password: 'old', session: `of user ${uid}` };
  const route = new TokenRoute(database.config, seconds);
  const proxy = await TcpProxy.start(sidecar.port);
  const page = new ClientPage(route, { origin: proxy.url, channels: ['each'], retryBounds: RETRY }, login);
  onTestFinished(() => {
    page.end();
    return route.stop();
  });
  await expect.poll(() => page.connected).toBe(true);
  const tries = () => ({ tokens: page.record.fetches, connections: proxy.accepted });
  return { login, route, page, tries };
}

it('closes the sockets of a session that ends, whichever way, and they stay away', async () => {
  const database = await openDatabase();
  const sidecar = await ChaosSidecar.open({ server: database.server, database: database.name });
  const witness = await openPage(database, sidecar);
  const subjects = await Promise.all(
    SESSION_ENDINGS.map(async (ending) => ({
      ending,
      ...(await openPage(database, sidecar, ending.seconds)),
    })),
  );
  const records = [witness, ...subjects].map(({ page }) => page.record);
  await database.insert('chaos_each', { before: true });
  const before = await readLedger(database, 'each');
  await expect.poll(() => records.map((record) => idsOf(record, 'each'))).toEqual(records.map(() => before));

  const ended = subjects.map(async ({ ending, login, route, tries }) => {
    route.down = !ending.openerp;
    const [at, known] = [Date.now(), tries()];
    await ending.end(database, login);
    return { at, known };
  });
  const times = await Promise.all(ended);
  await expect
    .poll(() => subjects.filter(({ page }) => page.record.disconnects.length === 0).length, {
      timeout: CLOSED_MS * 2,
    })
    .toBe(0);
  await database.insert('chaos_each', { after: true });
  const until = performance.now() + WATCHED_MS;
  await expect.poll(() => performance.now(), { timeout: WATCHED_MS * 2 }).toBeGreaterThan(until);
  const counts = countEach(await readLedger(database, 'each'), [witness.page.record], 'each');

  for (const [index, { ending, page, tries }] of subjects.entries()) {
    const { way, reason, retry } = ending;
    const { at = 0, known = tries() } = times[index] ?? {};
    const closedMs = (page.record.disconnects[0]?.at ?? 0) - at;
    const tokens = tries().tokens - known.tokens;
    const connections = tries().connections - known.connections;
    conclude(
      `session ends, ${way}`,
      counts,
      `closed after ${closedMs} ms with ${page.record.disconnects[0]?.reason}`,
      `then asked for ${tokens} tokens and connected ${connections} times`,
    );
    expect(page.record.disconnects).toMatchObject([{ reason }]);
    expect(closedMs).toBeLessThanOrEqual(CLOSED_MS);
    expect(page.connected).toBe(false);
    expect(idsOf(page.record, 'each')).toEqual(before);
    expect(tokens).toBeLessThanOrEqual(retry ? MOST_TRIES * 2 : 1);
    expect(connections).toBeLessThanOrEqual(retry ? MOST_TRIES : 0);
  }
});
