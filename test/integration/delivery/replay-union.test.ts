import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { type ChannelInterval, START } from '../../../sidecar/src/delivery/interval.ts';
import { currentSnapshot } from '../../../sidecar/src/postgres/read/message-reader.ts';
import { type Missed, ReplayTable } from '../../../sidecar/src/postgres/read/replay-table.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const INSERT = `INSERT INTO web_socketio_message (channel, "values") VALUES ($1, '{}')`;

/** A table of replays, and how many connections it has asked its pool for. */
async function open() {
  const database = await TestDatabase.create();
  const pool = new pg.Pool(database.config);
  onTestFinished(() => pool.end());
  let queries = 0;
  const table = new ReplayTable({
    query: (query, values) => pool.query(query, values),
    connect: () => {
      queries += 1;
      return pool.connect();
    },
  });
  return { database, table, queries: () => queries };
}

const idsOf = (missed: Missed) => ('gap' in missed ? missed.gap : missed.rows.map(({ id }) => id));

it('gives each of a thousand pages what it missed, and asks PostgreSQL a handful of times', async () => {
  const { database, table, queries } = await open();
  const client = await database.connect();
  const writers = [await database.connect(), await database.connect()];
  for (const writer of writers) await writer.query('BEGIN');
  const snapshots: string[] = [];
  for (let step = 0; step < 60; step += 1) {
    snapshots.push(await currentSnapshot(client));
    const channel = step % 3 === 0 ? 'other' : 'mine';
    const writer = writers[step % 2];
    if (step % 4 < 2) await writer?.query(INSERT, [channel]);
    else await client.query(INSERT, [channel]);
    if (step % 7 === 0)
      await writer?.query(step % 14 === 0 ? 'COMMIT' : 'ROLLBACK').then(() => writer.query('BEGIN'));
  }
  for (const writer of writers) await writer.query('COMMIT');
  const ends = [await currentSnapshot(client)];
  await client.query(INSERT, ['mine']);
  ends.push(await currentSnapshot(client));
  const { rows: places } = await client.query<{ txid: string; id: string }>(
    'SELECT txid::text, m.id::text FROM web_socketio_message m ORDER BY m.id',
  );
  const intervals = Array.from({ length: 1_000 }, (_, page): ChannelInterval => {
    const since = snapshots[(page * 7) % snapshots.length] ?? '';
    const after = page % 5 === 0 ? (places[page % places.length] ?? START) : START;
    return { channel: page % 4 === 0 ? 'other' : 'mine', since, upto: ends[page % 2] ?? '', after };
  });
  const alone: ReturnType<typeof idsOf>[] = [];
  for (const interval of intervals) alone.push(idsOf(await table.read(interval, '0')));
  const before = queries();
  const together = await Promise.all(
    intervals.map(async (interval) => idsOf(await table.read(interval, '0'))),
  );
  expect(together).toEqual(alone);
  expect(new Set(alone.map((ids) => `${ids}`)).size).toBeGreaterThan(20);
  expect(queries() - before).toBeLessThan(5);
});

it('gives a page its replay although another one that asks at the same time missed too much', async () => {
  const { database, table } = await open();
  const client = await database.connect();
  const old = await currentSnapshot(client);
  await client.query(
    `INSERT INTO web_socketio_message (channel) SELECT 'mine' FROM generate_series(1, 10001)`,
  );
  const since = await currentSnapshot(client);
  await client.query(INSERT, ['mine']);
  const upto = await currentSnapshot(client);
  const ask = async (from: string) =>
    idsOf(await table.read({ channel: 'mine', since: from, upto, after: START }, '0'));
  expect(await Promise.all([since, old, since, old, since].map(ask))).toEqual([
    ['10002'],
    'overflow',
    ['10002'],
    'overflow',
    ['10002'],
  ]);
});

it('finds with a few questions who of two hundred pages missed too much, and whose messages were deleted', async () => {
  const { database, table, queries } = await open();
  const client = await database.connect();
  const snapshots: string[] = [];
  const step = async (count: number) => {
    for (let page = 0; page < count; page += 1) {
      snapshots.push(await currentSnapshot(client));
      await client.query(INSERT, ['mine']);
    }
  };
  await step(40);
  const { rows } = await client.query<{ last: string }>(
    'SELECT max(txid)::text AS last FROM web_socketio_message',
  );
  await client.query('UPDATE web_socketio_state SET purged_txid = $1', [rows[0]?.last]);
  await step(60);
  await client.query(
    `INSERT INTO web_socketio_message (channel) SELECT 'mine' FROM generate_series(1, 9980)`,
  );
  await step(100);
  const upto = await currentSnapshot(client);
  await client.query(INSERT, ['mine']);
  const ends = [upto, await currentSnapshot(client)];
  // In no order, as they come back.
  const intervals = snapshots.map((_, page): ChannelInterval => {
    const since = snapshots[(page * 7) % snapshots.length] ?? '';
    return { channel: 'mine', since, upto: ends[page % 2] ?? '', after: START };
  });
  const alone: ReturnType<typeof idsOf>[] = [];
  for (const interval of intervals) alone.push(idsOf(await table.read(interval, '0')));
  const before = queries();
  const together = await Promise.all(
    intervals.map(async (interval) => idsOf(await table.read(interval, '0'))),
  );
  expect(together).toEqual(alone);
  const count = (gap: string) => alone.filter((answer) => answer === gap).length;
  expect(count('retention')).toBeGreaterThan(20);
  expect(count('overflow')).toBeGreaterThan(20);
  expect(queries() - before).toBeLessThan(60);
});

it('lets every page know that the database could not be asked', async () => {
  const { database, table } = await open();
  const upto = await currentSnapshot(await database.connect());
  await database.query('DROP TABLE web_socketio_message CASCADE');
  const ask = () => table.read({ channel: 'mine', since: upto, upto, after: START }, '0');
  const results = await Promise.allSettled([ask(), ask(), ask()]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});
