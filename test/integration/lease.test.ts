import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { LeaseTable } from '../../sidecar/src/postgres/lease-table.ts';
import { SidecarTable } from '../../sidecar/src/postgres/sidecar-table.ts';
import { TestDatabase } from '../support/test-database.ts';

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
  const sidecar: SidecarTable = new SidecarTable(pool, 5, {
    gone: () => undefined,
    beat: () => leases.settle(),
  });
  const leases = new LeaseTable(pool, sidecar, { dead: () => undefined });
  onTestFinished(async () => {
    leases.stop();
    await sidecar.stop();
    await pool.end();
  });
  await database.insert('work', { number: 1 });
  await database.insert('work', { number: 2 });
  const rows = async () =>
    await database.query<{ id: string; leased: boolean; attempts: number }>(
      'SELECT id::text, lease IS NOT NULL AS leased, attempts FROM web_socketio_message ORDER BY id',
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
  await expect.poll(rows, { timeout: 3_000 }).toMatchObject([{ leased: false }, { leased: false }]);
});

it('knows what it confirmed when the answer was lost', async () => {
  const { leases, rows } = await start(['web_socketio_confirm']);
  await leases.claim(['1', '2']);
  expect(await leases.confirm(['1', '2'])).toEqual(new Set(['1', '2']));
  expect(await rows()).toEqual([]);
});

it('confirms nothing that another sidecar has by now', async () => {
  const { leases, rows } = await start([]);
  const other = await start([]);
  await leases.claim(['1']);
  expect(await leases.confirm(['2'])).toEqual(new Set());
  expect(await rows()).toMatchObject([{ leased: true }, { leased: false }]);
  expect(await other.leases.confirm(['1'])).toEqual(new Set());
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
