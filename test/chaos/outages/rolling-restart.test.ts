import { expect, it } from 'vitest';
import { RoundRobin } from '../../support/network/round-robin.ts';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { Load } from '../load/load.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { bound, sizes } from '../record/form.ts';
import { conclude, expectNoResync, expectOrder } from '../record/tally.ts';

const { pages, perSecond, drainSeconds } = sizes({
  short: { pages: 20, perSecond: 20, drainSeconds: 1 },
  long: { pages: 200, perSecond: 20, drainSeconds: 10 },
});
/** How long a sidecar may take to end after it has drained. */
const ENDED_MS = bound(3_000);

it('delivers everything once while one sidecar after the other is stopped and started again', async () => {
  const database = await openDatabase();
  const env = { WEB_SOCKETIO_DRAIN_SECONDS: `${drainSeconds}` };
  const options = { server: database.server, database: database.name, env };
  const sidecars = [await ChaosSidecar.open(options), await ChaosSidecar.open(options)];
  const proxy = await RoundRobin.start(sidecars.map(({ port }) => port));
  const each = await Fleet.open(database, { pages, origin: proxy.url, channels: ['each'] });
  const queue = await Fleet.open(database, { pages, origin: proxy.url, channels: ['queue'] });
  const load = new Load(database, { channels: ['each', 'queue'], perSecond });
  const stopsMs: number[] = [];
  for (const sidecar of sidecars) {
    const before = load.sent;
    const asked = performance.now();
    await sidecar.stop();
    stopsMs.push(Math.round(performance.now() - asked));
    await sidecar.start();
    await expect.poll(() => load.sent).toBeGreaterThan(before + perSecond);
  }
  await load.stop();
  const party = { database, each, queue, sidecars };
  await awaitArrival(party);
  conclude('rolling restart', await count(party), `stopped in ${stopsMs.join(' and ')} ms`);
  const records = await each.records();
  expectOrder(records, 'each');
  expectNoResync([...records, ...(await queue.records())]);
  const moved = records.filter(({ disconnects }) => disconnects.length > 0);
  expect(moved.length).toBeGreaterThan(0);
  for (const ms of stopsMs) expect(ms).toBeLessThanOrEqual(drainSeconds * 1_000 + ENDED_MS);
});
