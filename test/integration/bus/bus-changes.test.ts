import { once } from 'node:events';
import { expect, it } from 'vitest';
import {
  addBus,
  addOdooBus,
  channelText,
  removeBus,
  sendNotification,
} from '../../support/bus/bus-database.ts';
import { BusPage } from '../../support/bus/bus-page.ts';
import { BusReading } from '../../support/bus/bus-reading.ts';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

/** A sidecar that reads the bus, and a page on the channel `mine`. */
async function stage(database: TestDatabase) {
  const reading = await BusReading.start(database);
  const mine = new Set([channelText(database, 'mine')]);
  const page = new BusPage();
  await page.join(reading, mine);
  const send = async (payload: unknown) => {
    const writer = await database.connect();
    return sendNotification(writer, channelText(database, 'mine'), payload);
  };
  return { reading, mine, page, send };
}

it('reads messages where Odoo has a bus and nobody has made it readable', async () => {
  const database = await TestDatabase.create();
  await addOdooBus(database);
  const reading = new BusReading(database);
  reading.isInstalled = false;
  reading.subscription.start();
  await expect.poll(() => reading.subscription.armed).toBe(true);
  const read = once(reading.events, 'message');
  await database.insert('mine', { text: 'hello' });
  await read;
  await reading.bus.fresh();
  expect(reading.bus.ready).toBe(false);
  expect(reading.failures).toEqual([]);
});

it('begins when the addon is installed, and ends when it is uninstalled, while messages are read', async () => {
  const database = await TestDatabase.create();
  await addBus(database);
  await removeBus(database);
  const reading = new BusReading(database);
  reading.isInstalled = false;
  reading.subscription.start();
  await expect.poll(() => reading.subscription.armed).toBe(true);
  await addBus(database);
  reading.isInstalled = true;
  reading.bus.lookAgain();
  await expect.poll(() => reading.bus.ready).toBe(true);
  const mine = channelText(database, 'mine');
  const page = new BusPage();
  await page.join(reading, new Set([mine]));
  const writer = await database.connect();
  await sendNotification(writer, mine, 1);
  await expect.poll(() => page.payloads).toEqual([1]);
  const incomplete = once(reading.events, 'incomplete');
  await removeBus(database);
  reading.subscription.wake();
  await incomplete;
  expect(reading.bus.ready).toBe(false);
  expect(reading.restarts).toBe(1);
  reading.isInstalled = false;
  await database.insert('mine', { text: 'hello' });
  await expect.poll(() => reading.messages).toContain('{"text":"hello"}');
  expect(reading.failures).toEqual([]);
  await addBus(database);
  reading.isInstalled = true;
  reading.bus.lookAgain();
  await expect.poll(() => reading.bus.ready).toBe(true);
  await page.join(reading, new Set([mine]));
  await sendNotification(writer, mine, 2);
  await expect.poll(() => page.payloads).toEqual([1, 2]);
});

it('leaves the table as Odoo made it', async () => {
  const database = await TestDatabase.create();
  await addOdooBus(database);
  const look = () =>
    database.query(`
SELECT attname AS name FROM pg_attribute WHERE attrelid = 'bus_bus'::regclass AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT tgname FROM pg_trigger WHERE tgrelid = 'bus_bus'::regclass
UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'bus_bus'::regclass
UNION ALL SELECT proname FROM pg_proc WHERE proname LIKE 'web_socketio_bus%' ORDER BY name`);
  const before = await look();
  await addBus(database);
  await addBus(database);
  expect(await look()).not.toEqual(before);
  const { page, send } = await stage(database);
  await send('x');
  await expect.poll(() => page.payloads).toEqual(['x']);
  await removeBus(database);
  expect(await look()).toEqual(before);
  expect(await database.query(`SELECT FROM bus_bus WHERE channel LIKE '%"mine"]'`)).toHaveLength(1);
});

it('goes on with messages while the table of the bus is locked, and with the bus afterwards', async () => {
  const database = await TestDatabase.create();
  await addBus(database);
  const { page, send, reading } = await stage(database);
  await send(1);
  await expect.poll(() => page.payloads).toEqual([1]);
  const locker = await database.connect();
  await locker.query('BEGIN; LOCK TABLE bus_bus IN ACCESS EXCLUSIVE MODE');
  reading.subscription.wake();
  await expect.poll(() => reading.failures).not.toEqual([]);
  const read = once(reading.events, 'message');
  await database.insert('mine', { text: 'hello' });
  await read;
  const worked = once(reading.events, 'worked');
  await locker.query('COMMIT');
  await worked;
  await send(2);
  await expect.poll(() => page.payloads).toEqual([1, 2]);
  expect(reading.restarts).toBe(0);
});

it('makes everybody come back when reading begins anew, and gives them what they missed', async () => {
  const database = await TestDatabase.create();
  await addBus(database);
  const { page, send, reading, mine } = await stage(database);
  await send(1);
  await expect.poll(() => page.payloads).toEqual([1]);
  reading.subscription.restart();
  expect(reading.restarts).toBe(1);
  await send(2);
  await page.join(reading, mine);
  await send(3);
  await expect.poll(() => page.payloads).toEqual([1, 2, 3]);
});

it('goes on where it was when PostgreSQL crashes and comes back, also for who comes back meanwhile', async () => {
  const server = await RestartablePostgres.create();
  await server.start();
  const database = await TestDatabase.create(server);
  await addBus(database);
  const { page, send, reading, mine } = await stage(database);
  const other = new BusPage();
  await send(1);
  await expect.poll(() => page.payloads).toEqual([1]);
  other.last = page.last;
  await server.stopImmediately();
  const joined = other.join(reading, mine);
  await server.start();
  await joined;
  await send(2);
  await send(3);
  await expect.poll(() => page.payloads).toEqual([1, 2, 3]);
  await expect.poll(() => other.payloads).toEqual([2, 3]);
  expect(reading.restarts).toBe(0);
});
