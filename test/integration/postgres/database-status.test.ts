import { expect, it } from 'vitest';
import type { Mode } from '../../../sidecar/src/api/adapter.ts';
import { DatabaseStatus, STATUS_MS, type StatusLook } from '../../../sidecar/src/database/database-status.ts';
import { Turns } from '../../../sidecar/src/lib/turns.ts';
import { SCHEMA } from '../../support/postgres/catalog/database-schema.ts';
import { openCountedPool } from '../../support/postgres/counted-pool.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const MINUTE_MS = 60_000;
const users = (...ids: number[]) => {
  const zeros = ids.map(() => 0);
  return { ids, webSockets: ids.map(() => 1), pollings: zeros, latencies: zeros };
};
const IDLE: StatusLook = { at: 'here:8068', bus: null, workers: 0, users: users() };
const BUSY: StatusLook = { ...IDLE, users: users(7) };

/** @param heard the channels that have a reader */
async function open(heard: Readonly<Record<string, Mode>> = {}) {
  const database = await TestDatabase.create();
  const { pool, dialled } = openCountedPool(database);
  const said: string[] = [];
  const make = () =>
    new DatabaseStatus({
      pool,
      modes: { heard: Object.keys(heard), get: (channel) => heard[channel] },
      turns: new Turns(4, 5_000),
      release: '0',
      failed: (error) => void said.push(String(error)),
      worked: () => void said.push('worked'),
    });
  const channels = async () => {
    const [row] = await database.query<{ channels: Record<string, unknown> }>(
      `SELECT report -> 'channels' AS channels FROM web_socketio_status`,
    );
    return row?.channels ?? {};
  };
  return { database, status: make(), make, said, channels, dialled };
}

it('names every channel that has a reader, however many others messages come in', async () => {
  const { status, channels } = await open({ 'sale.changed': 'each', work: 'queue' });
  for (let order = 0; order < 200; order += 1) status.arrived(`order_${order}`);
  await status.tick(IDLE);
  const found = await channels();
  expect(found).toMatchObject({ 'sale.changed': ['each', 0], work: ['queue', 0], order_0: [null, 1] });
  expect(Object.keys(found)).toHaveLength(200);
  const heard = Object.fromEntries(
    Array.from({ length: 250 }, (_, place) => [`each_${place}`, 'each' as const]),
  );
  const many = await open(heard);
  many.status.arrived('another');
  await many.status.tick(IDLE);
  expect(Object.keys(await many.channels()).sort()).toEqual(Object.keys(heard).sort());
});

it('says that its role may not write the table, and tries again each minute', async () => {
  const { database, status, said } = await open();
  await database.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'permission denied for table' USING ERRCODE = '42501'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON web_socketio_status EXECUTE FUNCTION refuse()`);
  await status.tick(BUSY, 0);
  expect(said).toEqual(['error: permission denied for table']);
  await database.query('DROP TRIGGER refuse ON web_socketio_status');
  await status.tick(BUSY, MINUTE_MS - STATUS_MS);
  expect(said).toHaveLength(1);
  await status.tick(BUSY, MINUTE_MS);
  expect(said.slice(1)).toEqual(['worked']);
});

it('says nothing of a table that is missing, and looks each minute whether it is there', async () => {
  const { database, status, said } = await open();
  await database.query('DROP TABLE web_socketio_status');
  await status.tick(BUSY, 0);
  await database.query(SCHEMA);
  await status.tick(BUSY, MINUTE_MS - STATUS_MS);
  expect(said).toEqual([]);
  await status.tick(BUSY, MINUTE_MS);
  expect(said).toEqual(['worked']);
});

it('keeps no connection open for a database in which nobody is connected', async () => {
  const { status, dialled } = await open();
  await status.tick(IDLE, 0);
  await status.tick(IDLE, MINUTE_MS);
  expect(dialled()).toBe(2);
  await status.tick(BUSY, 2 * MINUTE_MS);
  expect(dialled()).toBe(3);
  await status.tick(IDLE, 3 * MINUTE_MS);
  expect(dialled()).toBe(3);
});

it('writes those of idle databases, which all began together, at different times of a minute', async () => {
  const { database, make } = await open();
  const all = Array.from({ length: 20 }, make);
  const due = new Set<number>();
  for (let now = 0; now < 90_000; now += STATUS_MS) {
    const before = await database.query('SELECT seen FROM web_socketio_status');
    await Promise.all(all.map((status) => status.tick(IDLE, now)));
    const after = await database.query('SELECT seen FROM web_socketio_status');
    if (now > 0 && JSON.stringify(before) !== JSON.stringify(after)) due.add(now);
  }
  expect(due.size).toBeGreaterThan(2);
});

it('counts what came since it reads again, and not what came before: nothing was counted between', async () => {
  const { status, channels } = await open({ news: 'each' });
  status.arrived('news');
  status.tryAgain();
  status.arrived('news');
  await status.tick(IDLE);
  expect(await channels()).toEqual({ news: ['each', 1] });
});
