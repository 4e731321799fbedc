import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { MOST_COUNTED } from '../../../sidecar/src/observability/queue-depth.ts';
import { QueueDepths } from '../../../sidecar/src/postgres/queue/queue-depths.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

/** @param seen told each statement that is sent */
async function open(seen: (text: string) => void = () => undefined) {
  const database = await TestDatabase.create();
  const pool = new pg.Pool({ ...database.config, max: 2 });
  onTestFinished(() => pool.end());
  const query = pg.Client.prototype.query;
  pool.on('connect', (client) => {
    Reflect.set(client, 'query', (...args: readonly unknown[]) => {
      if (typeof args[0] === 'string') seen(args[0]);
      return Reflect.apply(query, client, args);
    });
  });
  let failures = 0;
  const depths = new QueueDepths(pool, () => {
    failures += 1;
  });
  return { database, depths, failures: () => failures };
}

it('looks at no more of 100,000 messages than it counts, and at none for a queue that is empty', async () => {
  const texts: string[] = [];
  const { database, depths } = await open((text) => texts.push(text));
  await database.query(
    `INSERT INTO web_socketio_message (channel, uid, "values")
     SELECT CASE WHEN n % 10 = 0 THEN 'small' ELSE 'work' END, 2, '{}' FROM generate_series(1, 100000) AS n`,
  );
  await database.query('VACUUM ANALYZE web_socketio_message');
  const channels = ['work', 'small', 'empty'];
  expect(await depths.read(channels)).toMatchObject([
    { channel: 'work', waiting: MOST_COUNTED, leased: 0, dead: 0 },
    { channel: 'small', waiting: MOST_COUNTED, leased: 0, dead: 0 },
    { channel: 'empty', waiting: 0, leased: 0, dead: 0, oldestSeconds: null },
  ]);
  const client = await database.connect();
  await client.query('BEGIN');
  await client.query(texts[1] ?? '');
  const { rows } = await client.query<{ 'QUERY PLAN': { readonly Plan: object }[] }>({
    text: `EXPLAIN (ANALYZE, FORMAT JSON) ${texts[2]}`,
    values: [channels],
  });
  const plan = JSON.stringify(rows);
  expect(plan).toContain('"Index Name":"web_socketio_message_channel_id_idx"');
  expect(plan).not.toMatch(/Seq Scan|Sort|Bitmap|Rows Removed by Filter/);
});

it('asks once for all who ask at about the same time', async () => {
  const texts: string[] = [];
  const { database, depths } = await open((text) => texts.push(text));
  const [one, other] = await Promise.all([depths.read(['work']), depths.read(['work'])]);
  expect(one).toBe(other);
  await database.insert('work', {});
  expect(await depths.read(['work'])).toBe(one);
  expect(texts.filter((text) => text.startsWith('BEGIN'))).toHaveLength(1);
  expect(await depths.read([])).toEqual([]);
});

it('says nothing while the table is locked, and keeps nobody waiting for it', async () => {
  const { database, depths, failures } = await open();
  const writer = await database.connect();
  await writer.query('BEGIN; LOCK TABLE web_socketio_message');
  expect(await depths.read(['work'])).toBe(null);
  await expect.poll(failures).toBe(1);
  expect(await depths.read(['work'])).toBe(null);
});
