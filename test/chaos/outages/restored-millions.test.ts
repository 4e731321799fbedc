import { expect, it } from 'vitest';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { bound, sizes } from '../record/form.ts';

const { millions } = sizes({
  short: { millions: 0.3 },
  long: { millions: 5 },
});
const SERVED_MS = bound(15_000);
const MOST_MB = 250;

it('serves a database at once that was restored with millions of messages of another server', async () => {
  const database = await openDatabase();
  // As a dump brings them: before there are triggers, with higher numbers of transactions than this server has.
  await database.query(`
    ALTER TABLE web_socketio_message DISABLE TRIGGER USER;
    INSERT INTO web_socketio_message (txid, channel, "values", lease)
      SELECT 1000000 + n / 100, 'chaos_' || (ARRAY['each', 'queue', 'other'])[1 + n % 3], '{"old": true}',
        CASE WHEN n % 3000 = 1 THEN '6f1a9d3e-0000-4000-8000-000000000000'::uuid END
      FROM generate_series(1, ${Math.round(millions * 1_000_000)}) AS n;
    DELETE FROM web_socketio_message WHERE channel = 'chaos_queue' AND lease IS NULL;
    ALTER TABLE web_socketio_message ENABLE TRIGGER USER;
    ALTER TABLE web_socketio_message ENABLE ALWAYS TRIGGER web_socketio_stamp;
    ALTER TABLE web_socketio_message ENABLE ALWAYS TRIGGER web_socketio_wake_up;
    UPDATE web_socketio_state SET epoch = '7:1:00000001:abc', started = '2020-01-01'`);
  const held = await database.query(`SELECT FROM web_socketio_message WHERE channel = 'chaos_queue'`);
  const size = async () => {
    const [row] = await database.query<{ bytes: number }>(
      `SELECT pg_table_size('web_socketio_message')::float8 AS bytes`,
    );
    return row?.bytes ?? 0;
  };
  const before = await size();
  const start = performance.now();
  const sidecar = await ChaosSidecar.open({ server: database.server, database: database.name });
  await expect.poll(() => sidecar.log, { timeout: 120_000 }).toContain('Connected to PostgreSQL');
  const served = performance.now() - start;
  const each = await Fleet.open(database, { pages: 2, origin: sidecar.url, channels: ['each'] });
  await Fleet.open(database, { pages: 2, origin: sidecar.url, channels: ['queue'] });
  await database.insert('chaos_each', { n: 1 });
  await expect.poll(async () => (await each.summary()).least.each).toBe(1);
  // What the other server's sidecars held waits here.
  const left = () => database.query(`SELECT FROM web_socketio_message WHERE channel = 'chaos_queue'`);
  await expect.poll(left, { timeout: 120_000, interval: 200 }).toEqual([]);
  const memory = Math.round((await sidecar.metric('process_resident_memory_bytes')) / 1_000_000);
  const grown = (await size()) / before;
  process.stderr.write(
    `restored ${millions} million: served after ${served.toFixed(0)} ms, held ${held.length} given out again, table grown by ${((grown - 1) * 100).toFixed(1)} %, memory ${memory} MB\n`,
  );
  expect(held.length).toBeGreaterThan(0);
  expect(served).toBeLessThan(SERVED_MS);
  expect(memory).toBeLessThan(MOST_MB);
  expect(grown).toBeLessThan(1.05);
});
