import pg from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Housekeeping } from '../../../sidecar/src/postgres/housekeeping.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

async function start() {
  const database = await TestDatabase.create();
  const pool = new pg.Pool(database.config);
  onTestFinished(() => pool.end());
  const housekeeping = new Housekeeping({
    pool,
    retention: { eachHours: 24, queueHours: 168 },
    controlChannel: 'web_socketio.control',
    isEach: (channel) => channel.startsWith('each'),
    purged: () => undefined,
    failed: () => undefined,
    worked: () => undefined,
  });
  onTestFinished(() => housekeeping.stop());
  const insert = (channel: string, hours: number, count = 1) =>
    database.query(
      `INSERT INTO web_socketio_message (channel, date)
       SELECT $1, (now() AT TIME ZONE 'UTC') - $2 * interval '1 hour' FROM generate_series(1, $3)`,
      [channel, hours, count],
    );
  const left = async () =>
    await database.query<{ channel: string; count: number }>(
      'SELECT channel, count(*)::int FROM web_socketio_message GROUP BY channel ORDER BY channel',
    );
  return { database, housekeeping, insert, left };
}

it('deletes what is older than its channel keeps, and counts it', async () => {
  const { housekeeping, insert, left } = await start();
  await insert('each', 25, 1_700);
  await insert('each', 23, 3);
  await insert('queue', 169, 2);
  await insert('queue', 167, 4);
  await insert('web_socketio.control', 2, 5);
  await insert('web_socketio.control', 0, 1);
  expect(await housekeeping.run()).toEqual({ each: 1_700, queue: 2, sessions: 0 });
  expect(await left()).toEqual([
    { channel: 'each', count: 3 },
    { channel: 'queue', count: 4 },
    { channel: 'web_socketio.control', count: 1 },
  ]);
});

it('notes the youngest message that a replay can no longer have', async () => {
  const { database, housekeeping, insert } = await start();
  await insert('queue', 169);
  await insert('each', 25);
  await insert('each', 23);
  const [row] = await database.query<{ txid: string }>(
    `SELECT txid::text FROM web_socketio_message WHERE channel = 'each' ORDER BY id LIMIT 1`,
  );
  await housekeeping.run();
  expect(await database.query('SELECT purged_txid::text AS txid FROM web_socketio_state')).toEqual([row]);
});

it('leaves alone what a sidecar holds, and waits for nobody', async () => {
  const { database, housekeeping, insert, left } = await start();
  await insert('queue', 169, 2);
  await database.query(
    `UPDATE web_socketio_message SET lease = '00000000-0000-4000-8000-000000000001'
     WHERE id = (SELECT min(id) FROM web_socketio_message)`,
  );
  const writer = await database.connect();
  await writer.query('BEGIN');
  await writer.query('SELECT 1 FROM web_socketio_message FOR UPDATE');
  expect(await housekeeping.run()).toMatchObject({ queue: 0 });
  await writer.query('ROLLBACK');
  expect(await housekeeping.run()).toMatchObject({ queue: 1 });
  expect(await left()).toEqual([{ channel: 'queue', count: 1 }]);
});

// PostgreSQL does it by itself now and then, and plans otherwise from then on.
it.each(['never', 'just'])(
  'passes over what it has deleted once, while somebody still sees it, in a table that was %s analysed',
  async (when) => {
    const { database, insert } = await start();
    if (when === 'never')
      await database.query('ALTER TABLE web_socketio_message SET (autovacuum_enabled = false)');
    await insert('each', 25, 5_000);
    if (when === 'just') await database.query('ANALYZE web_socketio_message');
    const backup = await database.connect();
    await backup.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await backup.query('SELECT 1 FROM web_socketio_message LIMIT 1');
    const pool = new pg.Pool({ ...database.config, max: 1 });
    const housekeeping = new Housekeeping({
      pool,
      retention: { eachHours: 24, queueHours: 168 },
      controlChannel: 'web_socketio.control',
      isEach: () => true,
      purged: () => undefined,
      failed: () => undefined,
      worked: () => undefined,
    });
    expect(await housekeeping.run()).toMatchObject({ each: 5_000 });
    await housekeeping.stop();
    // A backend tells what it read when it ends.
    await pool.end();
    const passed = async () => {
      const [row] = await database.query<{ read: number }>(
        `SELECT sum(idx_tup_read)::int AS read FROM pg_stat_user_indexes WHERE relname = 'web_socketio_message'`,
      );
      return row?.read ?? 0;
    };
    // Of whichever index: each row once to find it, and once or twice to delete it. From the beginning each time, it is 30,000 more.
    await expect.poll(passed).toBeGreaterThanOrEqual(10_000);
    expect(await passed()).toBeLessThan(30_000);
  },
);

it('deletes tokens that expired a day ago, and no others', async () => {
  const { database, housekeeping } = await start();
  await database.addToken({ expiresInSeconds: -25 * 3_600 });
  await database.addToken({ expiresInSeconds: -23 * 3_600 });
  await database.addToken();
  expect(await housekeeping.run()).toMatchObject({ sessions: 1 });
  expect(await database.query('SELECT 1 FROM web_socketio_session')).toHaveLength(2);
});

it('finds old messages of a channel of its own behind many young ones of others', async () => {
  const { housekeeping, insert, left } = await start();
  await insert('each young', 1, 1_000);
  await insert('each', 30, 10);
  expect(await housekeeping.run()).toMatchObject({ each: 10 });
  expect(await left()).toEqual([{ channel: 'each young', count: 1_000 }]);
});

it('deletes by itself what is old, but not while it is paused', async () => {
  const { housekeeping, insert, left } = await start();
  await insert('queue', 200);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  housekeeping.start();
  housekeeping.pause();
  expect(vi.getTimerCount()).toBe(0);
  housekeeping.start();
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  await expect.poll(left).toEqual([]);
});

it('is tried again in a moment when it failed, and says that it works again', async () => {
  const { database, insert } = await start();
  await insert('queue', 200);
  const said: string[] = [];
  const pool = new pg.Pool({ ...database.config, max: 1 });
  const housekeeping = new Housekeeping({
    pool,
    retention: { eachHours: 24, queueHours: 168 },
    controlChannel: 'web_socketio.control',
    isEach: () => false,
    purged: () => undefined,
    failed: () => said.push('failed'),
    worked: () => said.push('worked'),
  });
  onTestFinished(async () => {
    await housekeeping.stop();
    await pool.end();
  });
  await database.query('ALTER TABLE web_socketio_message RENAME TO away');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  housekeeping.start();
  vi.advanceTimersByTime(60_000);
  // Seconds later, by the clock of the process, and not a minute.
  vi.useRealTimers();
  await expect.poll(() => said).toEqual(['failed']);
  await database.query('ALTER TABLE away RENAME TO web_socketio_message');
  await expect.poll(() => said).toEqual(['failed', 'worked']);
});
