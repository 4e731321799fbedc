import { expect, it } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { Load } from '../load/load.ts';
import { count, hasArrived } from '../record/arrival.ts';
import { bound, sizes } from '../record/form.ts';
import { conclude, expectNoResync } from '../record/tally.ts';

const { messages } = sizes({ short: { messages: 20 }, long: { messages: 500 } });
const NOTICED_MS = bound(10_000);

it('notices a link to PostgreSQL that went silent, and delivers the backlog by itself', async () => {
  const database = await openDatabase();
  const proxy = await TcpProxy.start(database.server.port);
  const server = { ...database.server, port: proxy.port };
  const sidecar = await ChaosSidecar.open({ server, database: database.name });
  const each = await Fleet.open(database, { pages: 10, origin: sidecar.url, channels: ['each'] });
  const queue = await Fleet.open(database, { pages: 10, origin: sidecar.url, channels: ['queue'] });
  const party = { database, each, queue, sidecars: [sidecar] };
  const send = () =>
    new Load(database, { channels: ['each', 'queue'], perSecond: 100, count: messages }).done;
  await send();
  await expect.poll(() => hasArrived(party)).toBe(true);
  proxy.silence();
  const silent = performance.now();
  await send();
  await expect
    .poll(() => sidecar.log, { timeout: NOTICED_MS, interval: 20 })
    .toContain('postgres_unreachable');
  const noticed = performance.now();
  proxy.resume();
  // Nobody sends anything any more.
  await expect.poll(() => hasArrived(party), { interval: 50 }).toBe(true);
  const delivered = performance.now();
  conclude(
    'silent link',
    await count(party),
    `noticed after ${(noticed - silent).toFixed(0)} ms`,
    `backlog delivered ${(delivered - noticed).toFixed(0)} ms after the link came back`,
  );
  const pages = [...(await each.records()), ...(await queue.records())];
  expectNoResync(pages);
  expect(pages.flatMap(({ disconnects }) => disconnects)).toEqual([]);
});
