import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { expect, it } from 'vitest';
import { addBus, channelText, sendNotification } from '../../support/bus/bus-database.ts';
import { BusPage } from '../../support/bus/bus-page.ts';
import { BusReading } from '../../support/bus/bus-reading.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const WRITERS = 16;
const TRANSACTIONS = 60;
const PAGES = 8;

/** Writes transactions of all lengths, some of which are rolled back, also in part. @returns what was committed, by channel */
async function write(writer: pg.Client, name: string, channels: readonly string[]): Promise<string[]> {
  const committed: string[] = [];
  for (let turn = 0; turn < TRANSACTIONS; turn += 1) {
    const sent: string[] = [];
    const send = async (kept: boolean) => {
      const channel = channels[Math.floor(Math.random() * channels.length)] ?? '';
      const payload = `${channel} ${name} ${turn} ${sent.length} ${kept}`;
      await sendNotification(writer, channel, payload);
      if (kept) sent.push(payload);
    };
    await writer.query('BEGIN');
    await send(true);
    // The longest lasts as long as many others: it commits late.
    await wait(Math.random() < 0.1 ? 150 : Math.random() * 10);
    await writer.query('SAVEPOINT one');
    await send(false);
    await writer.query('ROLLBACK TO SAVEPOINT one');
    await send(true);
    const isKept = Math.random() < 0.9;
    await writer.query(isKept ? 'COMMIT' : 'ROLLBACK');
    if (isKept) committed.push(...sent);
  }
  return committed;
}

it('gives every page everything once, of 16 writers who commit late, while it goes from one of two sidecars to the other', async () => {
  const database = await TestDatabase.create();
  await addBus(database);
  const readings = [await BusReading.start(database), await BusReading.start(database)];
  const names = ['a', 'b', 'c', 'd'].map((name) => channelText(database, name));
  const pages = Array.from({ length: PAGES }, (_, index) => ({
    page: new BusPage(),
    channels: new Set(names.slice(index % 3)),
  }));
  const somewhere = () => readings[Math.floor(Math.random() * readings.length)] ?? readings[0];
  // What is there when a page comes for the first time is what it goes on from.
  const writer = await database.connect();
  for (const name of names) await sendNotification(writer, name, 'first');
  for (const { page, channels } of pages) await page.join(somewhere() as BusReading, channels);
  let isOver = false;
  let visits = 0;
  const wander = async ({ page, channels }: (typeof pages)[number]) => {
    while (!isOver) {
      await wait(Math.random() * 30);
      // Not always waited for: it leaves in the middle of what it missed as well.
      const joined = page.join(somewhere() as BusReading, channels);
      if (Math.random() < 0.7) await joined;
      visits += 1;
    }
    await page.join(somewhere() as BusReading, channels);
  };
  const wanderers = pages.map(wander);
  const writers = await Promise.all(Array.from({ length: WRITERS }, () => database.connect()));
  const written = await Promise.all(writers.map((one, index) => write(one, `${index}`, names)));
  isOver = true;
  await Promise.all(wanderers);
  const committed = written.flat();
  for (const { page, channels } of pages) {
    const expected = committed.filter((payload) => [...channels].some((name) => payload.startsWith(name)));
    const got = () => page.payloads.filter((payload) => payload !== 'first');
    await expect.poll(() => got().length, { interval: 200 }).toBeGreaterThanOrEqual(expected.length);
    expect(got().sort()).toEqual(expected.sort());
  }
  expect(visits).toBeGreaterThan(30);
  expect(readings.some(({ marks }) => marks > 0)).toBe(true);
});
