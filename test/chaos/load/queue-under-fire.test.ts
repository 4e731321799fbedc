import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { openDatabase, readPoisons, readQueue, requeue } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { bound, sizes } from '../record/form.ts';
import { conclude } from '../record/tally.ts';
import { Load } from './load.ts';

const { pages, messages, perSecond, downMs } = sizes({
  short: { pages: 40, messages: 1_000, perSecond: 250, downMs: 1_000 },
  long: { pages: 100, messages: 10_000, perSecond: 500, downMs: 8_000 },
});
const POISONS = 4;
const REDELIVERED_MS = bound(5_500);

function cutAtRandom(proxy: TcpProxy): void {
  const timer = setInterval(() => {
    const links = [...proxy.links];
    links[Math.floor(Math.random() * links.length)]?.cut();
  }, 200);
  onTestFinished(() => clearInterval(timer));
}

/**
 * What the killed process had in its hands: noted as taken, and still there. A poisoned one says nothing of the time: if that
 * was its last attempt, it is a dead letter until its handlers are cured, which a busy machine had after 45 seconds.
 */
async function heldBy(sidecar: ChaosSidecar, pid: number, database: TestDatabase): Promise<string[]> {
  const left = new Set(await readQueue(database));
  for (const id of await readPoisons(database)) left.delete(id);
  return (await sidecar.journal()).held(pid).filter((id) => left.has(id));
}

/**
 * When each of these messages first reached a page after that moment, in milliseconds from it. A page that had it already
 * shows it no second time: it says what became of the first copy.
 */
async function redelivered(queue: Fleet, ids: readonly string[], since: number): Promise<number[]> {
  const first = new Map(ids.map((id) => [id, Number.POSITIVE_INFINITY]));
  const before = new Set<string>();
  for (const { shown } of await queue.records()) {
    for (const { id, at } of shown.queue) {
      const known = first.get(id);
      if (known !== undefined && at > since) first.set(id, Math.min(known, at - since));
      else before.add(id);
    }
  }
  return [...first].filter(([id, ms]) => Number.isFinite(ms) || !before.has(id)).map(([, ms]) => ms);
}

it('confirms every message of a queue once while handlers fail, sockets drop and a sidecar is killed', async () => {
  const database = await openDatabase();
  const options = { server: database.server, database: database.name };
  const victim = await ChaosSidecar.open(options);
  const sidecars = [victim, await ChaosSidecar.open(options)];
  const proxy = await TcpProxy.start(...sidecars.map(({ port }) => port));
  const queue = await Fleet.open(database, {
    ...{ pages, processes: 2, refusals: 0.05, workMs: 200 },
    ...{ origin: proxy.url, channels: ['queue'] },
  });
  cutAtRandom(proxy);
  const poisonEvery = messages / POISONS;
  const load = new Load(database, { channels: ['queue'], perSecond, count: messages, poisonEvery });
  await expect.poll(() => load.sent, { timeout: 120_000 }).toBeGreaterThan(messages / 2);
  const { pid } = victim;
  // Messages are few at a time: it may hold none just then.
  await expect
    .poll(async () => (await heldBy(victim, pid, database)).length, { interval: 20 })
    .toBeGreaterThan(0);
  const killed = Date.now();
  await victim.kill();
  const held = await heldBy(victim, pid, database);
  await setTimeout(downMs);
  await victim.start();
  await load.done;
  const dead = async () =>
    (await database.query('SELECT FROM web_socketio_message WHERE dead IS NOT NULL')).length;
  await expect.poll(async () => (await readQueue(database)).length - (await dead())).toBe(0);
  const deadLetters = await dead();
  await queue.cure();
  const party = { database, queue, sidecars };
  await expect.poll(async () => (await requeue(database)) + (await readQueue(database)).length).toBe(0);
  await awaitArrival(party);
  const waits = await redelivered(queue, held, killed);
  conclude(
    'queue under fire',
    await count(party),
    `dead letters ${deadLetters}`,
    `held by the killed sidecar ${held.length}`,
    `shown elsewhere within ${Math.max(...waits)} ms`,
  );
  expect(deadLetters).toBeGreaterThan(0);
  expect(held.length).toBeGreaterThan(0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(REDELIVERED_MS);
});
