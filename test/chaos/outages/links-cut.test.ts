import { expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { Load } from '../load/load.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude, expectNoResync, expectOrder } from '../record/tally.ts';

const { pages, processes, messages, perSecond, cutEveryMs, offlineMs } = sizes({
  short: { pages: 60, processes: 2, messages: 40, perSecond: 8, cutEveryMs: 3_000, offlineMs: 300 },
  long: { pages: 1_000, processes: 4, messages: 120, perSecond: 2, cutEveryMs: 15_000, offlineMs: 2_000 },
});
const TICK_MS = 50;

/** Cuts each link about as often as that, every other time in the middle of a packet. */
function cutAtRandom(proxy: TcpProxy): { stop(): void; readonly cuts: number } {
  let cuts = 0;
  const timer = setInterval(() => {
    for (const link of proxy.links) {
      if (Math.random() >= TICK_MS / cutEveryMs) continue;
      cuts += 1;
      if (cuts % 2 === 0) link.cut();
      else link.cutMidway();
    }
  }, TICK_MS);
  const stop = () => clearInterval(timer);
  onTestFinished(stop);
  return {
    stop,
    get cuts() {
      return cuts;
    },
  };
}

it('delivers everything once and in order to each page, whose link is cut again and again', async () => {
  const database = await openDatabase();
  const sidecar = await ChaosSidecar.open({ server: database.server, database: database.name });
  const proxy = await TcpProxy.start(sidecar.port);
  const retryBounds = { minMs: offlineMs, maxMs: offlineMs };
  const each = await Fleet.open(database, {
    ...{ pages, processes, retryBounds },
    ...{ origin: proxy.url, channels: ['each'] },
  });
  const cutting = cutAtRandom(proxy);
  const load = new Load(database, { channels: ['each'], perSecond });
  // Chance cuts now more, now less.
  const isEnough = () => load.sent >= messages && cutting.cuts > pages;
  await expect.poll(isEnough, { timeout: 300_000 }).toBe(true);
  await load.stop();
  cutting.stop();
  const party = { database, each, sidecars: [sidecar] };
  await awaitArrival(party);
  conclude('links cut', await count(party), `cuts ${cutting.cuts}`);
  const records = await each.records();
  expectOrder(records, 'each');
  expectNoResync(records);
});
