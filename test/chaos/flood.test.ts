import { expect, it } from 'vitest';
import { count, hasArrived } from './arrival.ts';
import { openDatabase } from './chaos-database.ts';
import { Fleet } from './fleet.ts';
import { sizes } from './form.ts';
import { idsOf } from './page-record.ts';
import { SidecarProcess } from './sidecar-process.ts';
import { conclude, expectNoResync } from './tally.ts';

const FLOOD = 50_000;
const { pages } = sizes({ short: { pages: 10 }, long: { pages: 100 } });

it('delivers what another channel sends right after a flood, and nobody there is told to load again', async () => {
  const database = await openDatabase();
  const sidecar = await SidecarProcess.start({ server: database.server, database: database.name });
  const flooded = await Fleet.open(database, { pages: 2, origin: sidecar.url, channels: ['flood'] });
  const each = await Fleet.open(database, { pages, origin: sidecar.url, channels: ['each'] });
  const writer = await database.connect();
  await writer.query(
    `INSERT INTO web_socketio_message (channel, "values")
     SELECT 'chaos_flood', json_build_object('n', n) FROM generate_series(1, $1::int) AS n`,
    [FLOOD],
  );
  await writer.query(
    `INSERT INTO web_socketio_message (channel, "values") VALUES ('chaos_each', '{"n": 1}')`,
  );
  const committed = Date.now();
  const party = { database, each, sidecars: [sidecar] };
  await expect
    .poll(() => hasArrived(party), { timeout: 30_000 })
    .toBe(true)
    .catch(() => undefined);
  const records = await each.records();
  const last = Math.max(...records.flatMap(({ shown }) => shown.each).map(({ at }) => at));
  conclude('flood', await count(party), `latency ${last - committed} ms`);
  expectNoResync(records);
  // The flooded pages have all of it, or know that they do not.
  await expect
    .poll(async () =>
      (await flooded.records()).map(
        (page) => idsOf(page, 'flood').length === FLOOD || page.resyncs.length > 0,
      ),
    )
    .toEqual([true, true]);
});
