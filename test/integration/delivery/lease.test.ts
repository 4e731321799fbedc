import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import type { WaitingPage } from '../../../sidecar/src/delivery/queue/lease-store.ts';
import { LeaseCounts } from '../../../sidecar/src/observability/counts/lease-counts.ts';
import { LeaseTable } from '../../../sidecar/src/postgres/queue/lease-table.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const QUIET = { failed: () => undefined, worked: () => undefined };

/** The leases of a sidecar to which the answers of some statements are lost once, after they were carried out. */
async function start(lost: readonly string[]) {
  const database = await TestDatabase.create();
  const pool = new pg.Pool(database.config);
  const left = new Set(lost);
  const query = pool.query.bind(pool);
  Reflect.set(pool, 'query', async (asked: { name?: string }, values?: unknown[]) => {
    const result = await Reflect.apply(query, undefined, values === undefined ? [asked] : [asked, values]);
    if (left.delete(asked.name ?? '')) throw new Error('Connection terminated unexpectedly');
    return result;
  });
  const leases = new LeaseTable(pool, 5, {
    dead: () => undefined,
    sidecarsGone: () => undefined,
    refused: () => undefined,
    counts: new LeaseCounts(),
    heartbeat: QUIET,
    acknowledgements: QUIET,
    requeues: QUIET,
  });
  onTestFinished(async () => {
    await leases.stop();
    await pool.end();
  });
  await database.insert('work', { number: 1 });
  await database.insert('work', { number: 2 });
  const rows = async () =>
    await database.query<{ id: string; leased: boolean; attempts: number }>(
      'SELECT id::text, lease IS NOT NULL AS leased, attempts FROM web_socketio_message m ORDER BY m.id',
    );
  return { database, leases, rows };
}

it('gives back what it may have claimed when the answer was lost, and counts no failure', async () => {
  const { leases, rows } = await start(['web_socketio_claim']);
  await expect(leases.claim(['1', '2'])).rejects.toThrow('Connection terminated');
  expect(await rows()).toMatchObject([{ leased: true }, { leased: true }]);
  const { arrivals, next } = await leases.waiting('work', '0', 10);
  expect(arrivals.map(({ message }) => message.id)).toEqual(['1', '2']);
  expect(next).toBeNull();
  expect(await leases.claim(['1', '2'])).toEqual(new Set(['1', '2']));
  expect(await rows()).toMatchObject([{ attempts: 0 }, { attempts: 0 }]);
});

it('gives it back by itself, also if nobody asks any more', async () => {
  const { leases, rows } = await start(['web_socketio_claim']);
  await expect(leases.claim(['1'])).rejects.toThrow('Connection terminated');
  await expect.poll(rows).toMatchObject([{ leased: false }, { leased: false }]);
});

it('knows what it confirmed when the answer was lost', async () => {
  const { leases, rows } = await start(['web_socketio_acknowledge']);
  await leases.claim(['1', '2']);
  expect(await leases.acknowledge(['1', '2'])).toEqual(new Set(['1', '2']));
  expect(await rows()).toEqual([]);
});

it('confirms nothing that another sidecar has by now', async () => {
  const { leases, rows } = await start([]);
  const other = await start([]);
  await leases.claim(['1']);
  expect(await leases.acknowledge(['2'])).toEqual(new Set());
  expect(await rows()).toMatchObject([{ leased: true }, { leased: false }]);
  expect(await other.leases.acknowledge(['1'])).toEqual(new Set());
});

it('goes on behind a row that is no message, page by page', async () => {
  const { database, leases } = await start([]);
  await database.query(`UPDATE web_socketio_message SET "values" = '[1]' WHERE id = 1`);
  expect(await leases.waiting('work', '0', 1)).toEqual({ arrivals: [], next: '1' });
  expect(await leases.waiting('work', '1', 2)).toMatchObject({
    arrivals: [{ message: { id: '2' } }],
    next: null,
  });
});

it('reads what waits in the order of numbers, page by page, over ids that gain a digit', async () => {
  const { database, leases } = await start([]);
  await database.query(
    `INSERT INTO web_socketio_message (id, channel) SELECT n, 'digits' FROM generate_series(95, 1005) n`,
  );
  const got: string[] = [];
  for (let after: string | null = '0'; after !== null; ) {
    const { arrivals, next }: WaitingPage = await leases.waiting('digits', after, 100);
    got.push(...arrivals.map(({ message }) => message.id));
    after = next;
  }
  expect(got).toEqual(Array.from({ length: 911 }, (_, index) => `${95 + index}`));
});

it('reads large messages in parts that fit into memory', async () => {
  const { database, leases } = await start([]);
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values")
     SELECT 'large', json_build_object('text', repeat('x', 1500000)) FROM generate_series(1, 8)`,
  );
  await database.insert('large', { text: 'small' });
  const parts: number[] = [];
  for (let after: string | null = '0'; after !== null; ) {
    const { arrivals, next }: WaitingPage = await leases.waiting('large', after, 1_000);
    parts.push(arrivals.length);
    after = next;
  }
  expect(parts.reduce((sum, count) => sum + count)).toBe(9);
  expect(Math.max(...parts)).toBeLessThanOrEqual(4);
});
