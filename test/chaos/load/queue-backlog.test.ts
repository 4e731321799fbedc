import { expect, it } from 'vitest';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude } from '../record/tally.ts';

/** Ids gain a digit on the way. */
const { messages, firstId, pages, drainMs } = sizes({
  short: { messages: 12_000, firstId: 95_000, pages: 50, drainMs: 60_000 },
  long: { messages: 1_000_000, firstId: 950_000, pages: 1_000, drainMs: 800_000 },
});
const MOST_MEMORY = 250_000_000;
const MEGABYTE = 1_000_000;

it('gives each message of a long queue to one of many pages, in bounded memory', async () => {
  const database = await openDatabase();
  await database.query(`SELECT setval('web_socketio_message_id_seq', $1, false)`, [firstId]);
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values")
     SELECT 'chaos_queue', json_build_object('n', n, 'text', repeat('x', 100)) FROM generate_series(1, $1) n`,
    [messages],
  );
  const sidecar = await ChaosSidecar.open({ server: database.server, database: database.name });
  const start = performance.now();
  const queue = await Fleet.open(database, {
    ...{ pages, processes: 2 },
    ...{ origin: sidecar.url, channels: ['queue'] },
  });
  const secondsSince = (from: number) => (performance.now() - from) / 1_000;
  const connected = secondsSince(start);
  let half = 0;
  let most = 0;
  const queued = async () => {
    most = Math.max(most, await sidecar.metric('process_resident_memory_bytes'));
    const { queued } = await queue.summary();
    if (half === 0 && queued >= messages / 2) half = secondsSince(start);
    return queued;
  };
  await expect.poll(queued, { timeout: drainMs, interval: 500 }).toBeGreaterThanOrEqual(messages);
  const all = secondsSince(start);
  const party = { database, queue, sidecars: [sidecar] };
  await awaitArrival(party);
  conclude(
    'long queue',
    await count(party),
    `pages ${pages} connected in ${connected.toFixed(1)} s`,
    `half of it taken in ${half.toFixed(1)} s, all in ${all.toFixed(1)} s`,
    `memory at most ${Math.round(most / MEGABYTE)} MB`,
  );
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(MOST_MEMORY);
}, 900_000);
