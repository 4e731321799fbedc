import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import type { PageRecord } from '../fleet/page-record.ts';
import { Load } from '../load/load.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { bound, sizes } from '../record/form.ts';
import { conclude, expectNoResync } from '../record/tally.ts';

const { perSecond, underLoadMs, awayMs } = sizes({
  short: { perSecond: 20, underLoadMs: 1_000, awayMs: 500 },
  long: { perSecond: 50, underLoadMs: 5_000, awayMs: 10_000 },
});
const FIRST_DELIVERY_MS = bound(3_000);

/** The wall clock's time of the first message that any page got from then on. */
function firstDelivery(pages: readonly PageRecord[], from: number): number {
  const times = pages.flatMap(({ shown }) => shown.each).map(({ at }) => at);
  return Math.min(...times.filter((at) => at >= from));
}

it.each([
  { how: 'fast', stop: (server: RestartablePostgres) => server.stopFast() },
  { how: 'immediate', stop: (server: RestartablePostgres) => server.stopImmediately() },
])('keeps every socket and message over a restart of PostgreSQL ($how)', async ({ how, stop }) => {
  const server = await RestartablePostgres.create();
  await server.start();
  const database = await openDatabase(server);
  const sidecar = await ChaosSidecar.open({ server, database: database.name });
  const each = await Fleet.open(database, { pages: 10, origin: sidecar.url, channels: ['each'] });
  const queue = await Fleet.open(database, { pages: 10, origin: sidecar.url, channels: ['queue'] });
  const load = new Load(database, { channels: ['each', 'queue'], perSecond });
  await setTimeout(underLoadMs);
  await stop(server);
  await setTimeout(awayMs);
  await server.start();
  const ready = Date.now();
  await setTimeout(underLoadMs);
  await load.stop();
  const party = { database, each, queue, sidecars: [sidecar] };
  await awaitArrival(party);
  const eachPages = await each.records();
  const waited = firstDelivery(eachPages, ready) - ready;
  conclude(
    `PostgreSQL restarted, ${how}`,
    await count(party),
    `away ${awayMs} ms`,
    `from ready to the first delivery ${waited} ms`,
  );
  const pages = [...eachPages, ...(await queue.records())];
  expectNoResync(pages);
  expect(pages.flatMap(({ disconnects }) => disconnects)).toEqual([]);
  expect(waited).toBeLessThanOrEqual(FIRST_DELIVERY_MS);
});
