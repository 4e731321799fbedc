import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addBus, channelText, removeBus, sendNotification } from '../../support/bus/bus-database.ts';
import { BusPage } from '../../support/bus/bus-page.ts';
import { BusReading } from '../../support/bus/bus-reading.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

/** All other tests of the bus run on 15. */
describe.each([10, 18] as const)('The bus on PostgreSQL %i', (major) => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres(major);
  });

  afterAll(() => server.stop());

  it('is read, with marks where they are needed, by who stays, who comes back and who comes for the first time', async () => {
    const database = await TestDatabase.create(server);
    await addBus(database);
    await addBus(database);
    const reading = await BusReading.start(database);
    const mine = channelText(database, 'mine');
    const [stays, returns, first] = [new BusPage(), new BusPage(), new BusPage()];
    await Promise.all([stays, returns].map((page) => page.join(reading, new Set([mine]))));
    const [writer, late] = [await database.connect(), await database.connect()];
    await late.query('BEGIN');
    await sendNotification(late, mine, 'late');
    await sendNotification(writer, mine, 'younger');
    await expect.poll(() => returns.payloads).toEqual(['younger']);
    returns.leave();
    await late.query('COMMIT');
    await database.query(
      `INSERT INTO bus_bus (channel, message) SELECT $1, '{"payload":' || n || '}' FROM generate_series(1, 3000) AS n`,
      [mine],
    );
    await expect.poll(() => stays.received.length).toBe(3_002);
    await returns.join(reading, new Set([mine]));
    expect(returns.payloads).toEqual(stays.payloads);
    await first.join(reading, new Set([mine]));
    expect(first.payloads).toEqual(['late', 'younger']);
    expect(reading.marks).toBeGreaterThan(0);
    expect(reading.failures).toEqual([]);
    await removeBus(database);
  });
});
