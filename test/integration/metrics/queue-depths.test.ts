import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { Turns } from '../../../sidecar/src/lib/turns.ts';
import { MOST_COUNTED } from '../../../sidecar/src/observability/queue-depth.ts';
import { QueueDepths } from '../../../sidecar/src/postgres/queue/queue-depths.ts';
import { openCountedPool } from '../../support/postgres/counted-pool.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

/** Its clock stands still, however long the machine takes. @param seen told each statement that is sent */
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
  let now = 0;
  const failed = () => {
    failures += 1;
  };
  const make = () => new QueueDepths(pool, new Turns(4, 5_000), failed, () => now);
  // A first connection may take longer than whoever asks waits.
  await pool.query('SELECT 1');
  const wait = (ms: number) => {
    now += ms;
  };
  return { database, make, depths: make(), wait, failures: () => failures };
}

it('looks at no more of 100,000 messages than it counts, and at none for a queue that is empty', async () => {
  const texts: string[] = [];
  const { database, make } = await open((text) => texts.push(text));
  await database.query(
    `INSERT INTO web_socketio_message (channel, uid, "values")
     SELECT CASE WHEN n % 10 = 0 THEN 'small' ELSE 'work' END, 2, '{}' FROM generate_series(1, 100000) AS n`,
  );
  await database.query('VACUUM ANALYZE web_socketio_message');
  const channels = ['work', 'small', 'empty'];
  // The machine may be too busy to answer within a second, and what was answered stays so for a while.
  await expect
    .poll(() => make().read(channels))
    .toMatchObject([
      { channel: 'work', waiting: MOST_COUNTED, leased: 0, dead: 0 },
      { channel: 'small', waiting: MOST_COUNTED, leased: 0, dead: 0 },
      { channel: 'empty', waiting: 0, leased: 0, dead: 0, oldestSeconds: null },
    ]);
  const client = await database.connect();
  await client.query('BEGIN');
  const sent = (part: string) => texts.find((text) => text.includes(part)) ?? '';
  await client.query(sent('set_config'));
  const { rows } = await client.query<{ 'QUERY PLAN': { readonly Plan: object }[] }>({
    text: `EXPLAIN (ANALYZE, FORMAT JSON) ${sent('unnest')}`,
    values: [channels],
  });
  const plan = JSON.stringify(rows);
  expect(plan).toContain('"Index Name":"web_socketio_message_channel_id_idx"');
  expect(plan).not.toMatch(/Seq Scan|Sort|Bitmap|Rows Removed by Filter/);
});

it('asks once for all who ask at about the same time', async () => {
  const texts: string[] = [];
  const { database, depths, wait } = await open((text) => texts.push(text));
  const [one, other] = await Promise.all([depths.read(['work']), depths.read(['work'])]);
  expect(one).toBe(other);
  await database.insert('work', {});
  wait(5_000);
  expect(await depths.read(['work'])).toBe(one);
  const times = () => texts.filter((text) => text.startsWith('BEGIN')).length;
  expect(times()).toBe(1);
  wait(1);
  void depths.read(['work']);
  await expect.poll(times).toBe(2);
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

it('keeps no connection open between two scrapes that was opened for one', async () => {
  const database = await TestDatabase.create();
  const { pool, dialled } = openCountedPool(database);
  const look = () => new QueueDepths(pool, new Turns(4, 5_000), () => undefined).read(['work']);
  await look();
  await pool.query('SELECT 1');
  expect(dialled()).toBe(2);
  await look();
  await pool.query('SELECT 1');
  expect(dialled()).toBe(2);
});
