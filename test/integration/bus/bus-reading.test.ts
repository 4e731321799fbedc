import { once } from 'node:events';
import { expect, it } from 'vitest';
import { addBus, channelText, sendNotification } from '../../support/bus/bus-database.ts';
import { BusPage } from '../../support/bus/bus-page.ts';
import { BusReading } from '../../support/bus/bus-reading.ts';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

/** A database with a bus, a sidecar that reads it, a page on the channel `mine`, and somebody who writes. */
async function stage(server?: PostgresAddress) {
  const database = await TestDatabase.create(server);
  await addBus(database);
  const reading = await BusReading.start(database);
  const mine = channelText(database, 'mine');
  const page = new BusPage();
  await page.join(reading, new Set([mine]));
  const writer = await database.connect();
  const send = (payload: unknown, channel = 'mine') =>
    sendNotification(writer, channelText(database, channel), payload);
  return { database, reading, mine, page, writer, send };
}

it('tells a page what is committed on its channels, in the words of Odoo', async () => {
  const { page, send } = await stage();
  const id = await send({ text: 'ä\u0000"' });
  await send('not for it', 'other');
  await expect.poll(() => page.received).toHaveLength(1);
  expect(page.received[0]?.text).toBe(
    `{"id":${id},"message":{"type":"test","payload":{"text":"ä\\u0000\\""}}}`,
  );
  expect(page.last).toBeGreaterThanOrEqual(id);
});

it('tells a late notification after younger ones, and writes marks for both, which say what was received', async () => {
  const { database, page, send, reading, mine } = await stage();
  const late = await database.connect();
  await late.query('BEGIN');
  await sendNotification(late, mine, 'late');
  await send('younger');
  await expect.poll(() => page.payloads).toEqual(['younger']);
  const before = page.last;
  page.leave();
  await late.query('COMMIT');
  await page.join(reading, new Set([mine]));
  expect(page.payloads).toEqual(['younger', 'late']);
  expect(page.last).toBeGreaterThan(before);
  page.leave();
  await page.join(reading, new Set([mine]));
  await send('last');
  await expect.poll(() => page.payloads).toEqual(['younger', 'late', 'last']);
  page.leave();
  await page.join(reading, new Set([mine]));
  expect(page.payloads).toEqual(['younger', 'late', 'last']);
});

it('writes no mark for what nobody hears, and none on a quiet server', async () => {
  // Transactions of all databases of a server count.
  const server = await RestartablePostgres.create();
  await server.start();
  const { database, page, send, reading } = await stage(server);
  const open = await database.connect();
  await open.query('BEGIN');
  await open.query('SELECT txid_current()');
  await send('elsewhere', 'other');
  await send('elsewhere', 'other');
  await open.query('COMMIT');
  for (let number = 0; number < 5; number += 1) await send(number);
  await expect.poll(() => page.payloads).toEqual([0, 1, 2, 3, 4]);
  expect(reading.marks).toBe(0);
  expect(await database.query(`SELECT FROM bus_bus WHERE channel LIKE '%position%'`)).toEqual([]);
});

it('gives a first visit what is younger than 50 seconds, as Odoo does', async () => {
  const { database, mine, reading, send } = await stage();
  const old = await send('old');
  await database.query(
    `UPDATE bus_bus SET create_date = create_date - interval '51 seconds' WHERE id = ${old}`,
  );
  await send('young');
  const first = new BusPage();
  await first.join(reading, new Set([mine]));
  expect(first.payloads).toEqual(['young']);
  const future = new BusPage();
  future.last = 1_000_000;
  await future.join(reading, new Set([mine]));
  expect(future.payloads).toEqual(['young']);
});

it('goes by ids for rows of before the addon, and for a last that is deleted', async () => {
  const { database, mine, reading, send } = await stage();
  const ids = [await send('one'), await send('two'), await send('three')];
  await send('four');
  await database.query(`UPDATE bus_bus SET txid = NULL WHERE id <= ${ids[2]}`);
  const page = new BusPage();
  page.last = ids[0] ?? 0;
  await page.join(reading, new Set([mine]));
  expect(page.payloads).toEqual(['two', 'three', 'four']);
  await database.query(`DELETE FROM bus_bus WHERE id = ${ids[1]}`);
  const other = new BusPage();
  other.last = ids[1] ?? 0;
  await other.join(reading, new Set([mine]));
  expect(other.payloads).toEqual(['three', 'four']);
  await other.join(reading, new Set([mine]));
  expect(other.payloads).toEqual(['three', 'four']);
});

it('gives more channels to a page without a hole or a double in those that it had', async () => {
  const { page, send, reading, mine, database } = await stage();
  const first = await send('mine 1');
  await send('more 1', 'more');
  await send('mine 2');
  await expect.poll(() => page.payloads).toEqual(['mine 1', 'mine 2']);
  page.last = first;
  await page.add(channelText(database, 'more'));
  expect(page.payloads).toEqual(['mine 1', 'mine 2', 'more 1']);
  await page.join(reading, new Set([mine, channelText(database, 'more')]));
  expect(page.payloads).toEqual(['mine 1', 'mine 2', 'more 1']);
  await send('more 2', 'more');
  await expect.poll(() => page.payloads).toEqual(['mine 1', 'mine 2', 'more 1', 'more 2']);
});

it('passes over a message that is no JSON, and says so', async () => {
  const { database, page, send, reading, mine } = await stage();
  await database.query('INSERT INTO bus_bus (channel, message) VALUES ($1, $2), ($1, NULL)', [
    mine,
    '{"a": NaN}',
  ]);
  await send('good');
  await expect.poll(() => page.payloads).toEqual(['good']);
  expect(reading.refused).toHaveLength(2);
  expect(reading.refused[0]).toContain('{\\"a\\": NaN}');
});

it('makes rows of another server, whose transactions are still to come, rows of before', async () => {
  const database = await TestDatabase.create();
  await addBus(database);
  const mine = channelText(database, 'mine');
  const writer = await database.connect();
  const first = await sendNotification(writer, mine, 'one');
  await sendNotification(writer, mine, 'two');
  await database.query('UPDATE bus_bus SET txid = txid + 1000000');
  const reading = await BusReading.start(database);
  const page = new BusPage();
  page.last = first;
  await page.join(reading, new Set([mine]));
  await sendNotification(writer, mine, 'three');
  await expect.poll(() => page.payloads).toEqual(['two', 'three']);
});

it('reads a flood in parts, and nothing of it twice for who comes back in the middle of it', async () => {
  const { database, page, reading, mine, send } = await stage();
  const count = 10_000;
  const open = await database.connect();
  await open.query('BEGIN');
  await sendNotification(open, mine, 'late');
  const middle = once(reading.events, 'read');
  await database.query(
    `INSERT INTO bus_bus (channel, message) SELECT $1, json_build_object('payload', n) FROM generate_series(1, ${count}) AS n`,
    [mine],
  );
  await middle;
  expect(page.received.length).toBeLessThan(count);
  await page.join(reading, new Set([mine]));
  await open.query('COMMIT');
  await send('last');
  await expect.poll(() => page.received.length).toBe(count + 2);
  expect(new Set(page.payloads).size).toBe(count + 2);
});

it('answers a thousand who come back at once with few statements', async () => {
  const { database, reading, send, mine } = await stage();
  const last = await send('had');
  for (let number = 0; number < 20; number += 1) await send(number);
  const pages = Array.from({ length: 1_000 }, () => new BusPage());
  const before = reading.lent;
  await Promise.all(
    pages.map((page, index) => {
      page.last = last;
      return page.join(reading, new Set([mine, channelText(database, `own ${index}`)]));
    }),
  );
  expect(reading.lent - before).toBeLessThan(5);
  for (const page of pages) expect(page.payloads).toHaveLength(20);
});

it('answers all others though one question fails again and again', async () => {
  const { reading, send, mine } = await stage();
  const last = await send('had');
  await send('missed');
  await reading.bus.fresh();
  const ask = (channels: readonly string[]) =>
    reading.bus.missed({ last, channels: new Set(channels), again: false }, reading.bus.position);
  let isAnswered = false;
  // PostgreSQL takes no text with that character.
  const bad = ask(['\u0000']).then(() => {
    isAnswered = true;
  });
  const others = await Promise.all(Array.from({ length: 20 }, () => ask([mine])));
  for (const notifications of others) expect(notifications[0]?.text).toContain('"payload":"missed"');
  expect(reading.failures.length).toBeGreaterThan(0);
  expect(isAnswered).toBe(false);
  reading.bus.stop();
  await bad;
});
