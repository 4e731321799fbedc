import type pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { SidecarPool } from '../../../sidecar/src/postgres/connect/pool.ts';
import { dialPatiently } from '../../support/postgres/dial-patiently.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const nothing = async () => undefined;

function open(database: TestDatabase, prepare: (client: pg.Client) => Promise<void> = nothing): SidecarPool {
  const pool = closed(database);
  pool.open(prepare);
  return pool;
}

function closed(database: TestDatabase): SidecarPool {
  const connect = () => dialPatiently(database.server, database.name);
  const pool = new SidecarPool({ database: database.name, connect });
  onTestFinished(() => pool.end());
  return pool;
}

const backends = (database: TestDatabase) =>
  database.query(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'web_socketio'`,
  );
const pidOf = async (pool: SidecarPool) =>
  (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;

it('opens five connections at most, and closes them at its end', async () => {
  const database = await TestDatabase.create();
  const pool = open(database);
  const pids = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid, pg_sleep(0.01)');
      return rows[0]?.pid;
    }),
  );
  expect(new Set(pids).size).toBe(5);
  await pool.end();
  await pool.end();
  expect(await backends(database)).toEqual([]);
  await expect(pool.query('SELECT 1')).rejects.toThrow('The sidecar is being stopped.');
});

it('keeps a connection after a statement that failed, and not one that was lost or is said to be broken', async () => {
  const database = await TestDatabase.create();
  const pool = open(database);
  const first = await pidOf(pool);
  await expect(pool.query('SELECT 1/0')).rejects.toThrow('division by zero');
  expect(await pidOf(pool)).toBe(first);
  const lent = await pool.connect();
  await lent.query('BEGIN');
  lent.release(true);
  lent.release();
  const second = await pidOf(pool);
  expect(second).not.toBe(first);
  await database.query('SELECT pg_terminate_backend($1, 5000)', [second]);
  await expect.poll(() => pidOf(pool).catch(String)).not.toBe(second);
});

it('opens none while the database is not there: statements wait for it, or are refused', async () => {
  const database = await TestDatabase.create();
  const pool = open(database);
  const before = await pidOf(pool);
  pool.pause();
  await expect.poll(() => backends(database)).toEqual([]);
  const waits = pidOf(pool);
  pool.open(nothing);
  expect(await waits).not.toBe(before);
  pool.pause();
  const refused = pidOf(pool);
  pool.refuse(new Error('database_missing'));
  await expect(refused).rejects.toThrow('database_missing');
  await expect(pool.connect()).rejects.toThrow('database_missing');
  pool.open(nothing);
  pool.refuse(new Error('never'));
  expect(await pidOf(pool)).not.toBe(undefined);
});

it('does not wait for ever', async () => {
  const pool = closed(await TestDatabase.create());
  await expect(pidOf(pool)).rejects.toMatchObject({ code: 'postgres_waiting' });
});

it('closes what was prepared for the time before, and what cannot be prepared', async () => {
  const database = await TestDatabase.create();
  const pool = open(database);
  const lent = await pool.connect();
  pool.pause();
  pool.open(async (client) => void (await client.query('SELECT set_config($1, $2, false)', ['a.b', 'c'])));
  lent.release();
  const { rows } = await pool.query<{ value: string }>(`SELECT current_setting('a.b') AS value`);
  expect(rows).toEqual([{ value: 'c' }]);
  pool.pause();
  pool.open(async () => {
    throw new Error('postgres_pooled');
  });
  await expect(pool.query('SELECT 1')).rejects.toThrow('postgres_pooled');
  await expect.poll(() => backends(database)).toEqual([]);
});
