import { setInterval } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { Load } from '../load/load.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude, expectNoResync } from '../record/tally.ts';

const { kills, perSecond } = sizes({
  short: { kills: 5, perSecond: 20 },
  long: { kills: 60, perSecond: 50 },
});

it('loses nothing and no socket while all connections to PostgreSQL are killed every second', async () => {
  const database = await openDatabase();
  const sidecar = await ChaosSidecar.open({ server: database.server, database: database.name });
  const each = await Fleet.open(database, { pages: 10, origin: sidecar.url, channels: ['each'] });
  const queue = await Fleet.open(database, { pages: 10, origin: sidecar.url, channels: ['queue'] });
  const load = new Load(database, { channels: ['each', 'queue'], perSecond });
  let [rounds, killed] = [0, 0];
  for await (const _ of setInterval(1_000)) {
    killed += await database.killSidecarBackends();
    rounds += 1;
    // It stays away for three seconds after each time, since an administrator seems to want the database for himself.
    if (rounds >= kills && killed >= kills / 5) break;
  }
  await load.stop();
  const party = { database, each, queue, sidecars: [sidecar] };
  await awaitArrival(party);
  conclude('backends killed', await count(party), `connections killed ${killed}`);
  const pages = [...(await each.records()), ...(await queue.records())];
  expectNoResync(pages);
  expect(pages.flatMap(({ disconnects }) => disconnects)).toEqual([]);
});
