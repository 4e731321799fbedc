import { expect, it } from 'vitest';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { idsOf } from '../fleet/page-record.ts';
import { count, hasArrived } from '../record/arrival.ts';
import { bound, sizes } from '../record/form.ts';
import { conclude, expectNoResync } from '../record/tally.ts';
import { type FloodPage, Sea } from './sea.ts';

const FLOOD = 50_000;
/**
 * On a quiet machine others wait less than half a second. A busy one takes longer for everything: so they may wait for a
 * part of the time that the flood takes. Without a way past it, it was more than all of it.
 */
const mostMs = (floodSeconds: number) => Math.max(bound(5_000), floodSeconds * 300);
const MOST_MB = 250;
const { pages } = sizes({ short: { pages: 10 }, long: { pages: 100 } });

it('delivers what another channel sends right after a flood, and nobody there is told to load again', async () => {
  const database = await openDatabase();
  const sidecar = await ChaosSidecar.open({ server: database.server, database: database.name });
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
    .poll(() => hasArrived(party))
    .toBe(true)
    .catch(() => undefined);
  const records = await each.records();
  const last = Math.max(...records.flatMap(({ shown }) => shown.each).map(({ at }) => at));
  conclude('flood', await count(party), `latency ${last - committed} ms`);
  expectNoResync(records);
  // The flooded pages have all of it, or know that they do not.
  const isSettled = async () =>
    (await flooded.records()).map((page) => idsOf(page, 'flood').length === FLOOD || page.resyncs.length > 0);
  await expect.poll(isSettled).toEqual([true, true]);
});

const BIG = sizes({ short: 100_000, long: 1_000_000 });
const NEWS_PAGES = sizes({ short: 2, long: 20 });

it('a flood that nobody hears delays nobody, and is not read', async () => {
  const sea = await Sea.open(NEWS_PAGES);
  const seconds = await sea.flood('nobody', BIG);
  const { worstMs } = await sea.settle();
  const read = (await sea.read()) - sea.sent;
  sea.conclude(`unheard flood of ${BIG}`, `latency ${worstMs} ms`, `of the flood were read ${read}`);
  expect(worstMs).toBeLessThan(mostMs(seconds));
  expect(read).toBeLessThan(5_000);
});

it('a flood that pages hear delays nobody else, whatever its size, and costs no memory', async () => {
  const seconds: number[] = [];
  for (const rows of sizes({ short: [BIG], long: [BIG / 10, BIG] })) {
    const sea = await Sea.open(NEWS_PAGES);
    const [first, second] = [await sea.listenToFlood(), await sea.listenToFlood()];
    const start = performance.now();
    await sea.flood('flood', rows);
    await expect.poll(() => sea.read(), { timeout: 300_000, interval: 500 }).toBeGreaterThanOrEqual(rows);
    seconds.push((performance.now() - start) / 1_000);
    const isSettled = ({ numbers, resyncs }: FloodPage) => numbers.length === rows || resyncs.length > 0;
    await expect.poll(() => isSettled(first) && isSettled(second)).toBe(true);
    const { worstMs, peakMb } = await sea.settle();
    sea.conclude(
      `heard flood of ${rows}`,
      `latency ${worstMs} ms, passed in ${seconds.at(-1)?.toFixed(1)} s, memory at most ${peakMb} MB,`,
      `pages of the flood were shown ${first.numbers.length} and ${second.numbers.length}, resyncs ${first.resyncs.length} and ${second.resyncs.length}`,
    );
    for (const { numbers, resyncs } of [first, second]) {
      expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
      expect(resyncs).toEqual(numbers.length === rows ? [] : [{ reason: 'overflow', channel: 'flood' }]);
    }
    expect(worstMs).toBeLessThan(mostMs(seconds.at(-1) ?? 0));
    expect(peakMb).toBeLessThan(MOST_MB);
  }
  const [small = 0, big = 0] = seconds;
  // Ten times as much: a cost that grows faster would be a hundred times as long.
  if (seconds.length === 2) expect(big / small).toBeLessThan(30);
}, 600_000);
