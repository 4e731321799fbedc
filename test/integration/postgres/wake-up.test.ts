import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const INSERT = `INSERT INTO web_socketio_message (channel) VALUES ('mine')`;

/** Listens as a sidecar does. @returns the connection, and what it has heard */
async function listen(database: TestDatabase): Promise<{ client: pg.Client; heard: string[] }> {
  const client = await database.connect();
  const heard: string[] = [];
  client.on('notification', ({ payload = '' }) => heard.push(payload));
  await client.query('LISTEN web_socketio');
  return { client, heard };
}

describe.each([10, 15, 18] as const)('The wake-up on PostgreSQL %i', (major) => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres(major, { fsync: 'off', max_prepared_transactions: '5' });
  });

  afterAll(() => server.stop());

  it('is sent once by a transaction, whatever the number of its rows', async () => {
    const database = await TestDatabase.create(server);
    const { client } = await listen(database);
    await client.query('SELECT pg_advisory_lock_shared(8068, 1)');
    const writer = await database.connect();
    await writer.query('BEGIN; SET CONSTRAINTS web_socketio_wake_up IMMEDIATE');
    const { rows } = await writer.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, TIMING off)
       INSERT INTO web_socketio_message (channel) SELECT 'mine' FROM generate_series(1, 1000)`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/web_socketio_stamp.*calls=1000/);
    expect(plan).toMatch(/web_socketio_wake_up.*calls=1$/m);
  });

  it('is sent for a row that follows one that was rolled back to a savepoint', async () => {
    const database = await TestDatabase.create(server);
    const { client, heard } = await listen(database);
    await client.query('SELECT pg_advisory_lock_shared(8068, 1)');
    const writer = await database.connect();
    await writer.query(`BEGIN; SAVEPOINT one; ${INSERT}; ROLLBACK TO one; ${INSERT}; COMMIT`);
    await client.query('SELECT 1');
    expect(heard).toEqual(['']);
  });

  it('lets a writer wait while another one sends it, and send none if the sidecar reads all the time then', async () => {
    const database = await TestDatabase.create(server);
    const { client, heard } = await listen(database);
    await client.query('SELECT pg_advisory_lock_shared(8068, 1)');
    const sending = await database.connect();
    await sending.query('BEGIN; SELECT pg_advisory_xact_lock(8068, 3)');
    const writer = await database.connect();
    const written = writer.query(INSERT);
    await client.query('SELECT pg_advisory_unlock_shared(8068, 1)');
    await written;
    await client.query('SELECT 1');
    expect(heard).toEqual([]);
  });

  it('is sent by the next writer, which says that it had to wait, if the one that sent it is rolled back', async () => {
    const database = await TestDatabase.create(server);
    const { client, heard } = await listen(database);
    await client.query('SELECT pg_advisory_lock_shared(8068, 1)');
    const sending = await database.connect();
    await sending.query(`BEGIN; ${INSERT}; SET CONSTRAINTS web_socketio_wake_up IMMEDIATE`);
    const writer = await database.connect();
    const written = writer.query(INSERT);
    const waits = () =>
      database.query(`SELECT FROM pg_stat_activity WHERE query = $1 AND wait_event = 'PgSleep'`, [INSERT]);
    await expect.poll(waits, { interval: 5 }).toHaveLength(1);
    await sending.query('ROLLBACK');
    await written;
    await client.query('SELECT 1');
    expect(heard).toEqual(['busy']);
  });

  it('is sent by others as well when a writer takes long with it', async () => {
    const database = await TestDatabase.create(server);
    const { client, heard } = await listen(database);
    await client.query('SELECT pg_advisory_lock_shared(8068, 1)');
    const sending = await database.connect();
    await sending.query('BEGIN; SELECT pg_advisory_xact_lock(8068, 3)');
    await database.query(INSERT);
    await client.query('SELECT 1');
    expect(heard).toEqual(['busy']);
  });

  it('lets a transaction be prepared, which PostgreSQL refuses to one that has sent a NOTIFY', async () => {
    const database = await TestDatabase.create(server);
    const { client, heard } = await listen(database);
    await client.query('SELECT pg_advisory_lock_shared(8068, 1)');
    const writer = await database.connect();
    for (const name of [`'one_${database.name}'`, `'two_${database.name}'`]) {
      await writer.query(`BEGIN; ${INSERT}`);
      await writer.query(`Prepare  Transaction ${name}`);
      await writer.query(`COMMIT PREPARED ${name}`);
    }
    // In one string with what comes before it.
    await writer.query(`BEGIN; ${INSERT}; PREPARE TRANSACTION 'three_${database.name}'`);
    await writer.query(`COMMIT PREPARED 'three_${database.name}'`);
    expect(await database.query('SELECT FROM web_socketio_message')).toHaveLength(3);
    await client.query('SELECT 1');
    expect(heard).toEqual([]);
  });

  it('gives a row the number of its own transaction, whatever it brings from elsewhere', async () => {
    const database = await TestDatabase.create(server);
    const writer = await database.connect();
    await writer.query('BEGIN');
    await writer.query(
      `INSERT INTO web_socketio_message (txid, channel) VALUES (999999999, 'mine'), (1, 'mine')`,
    );
    // As replication does, which switches ordinary triggers off.
    await writer.query('SET LOCAL session_replication_role = replica');
    await writer.query(`INSERT INTO web_socketio_message (txid, channel) VALUES (999999999, 'mine')`);
    await writer.query('UPDATE web_socketio_message SET txid = 5 WHERE id = 1');
    const { rows } = await writer.query(
      'SELECT bool_and(txid = txid_current()) AS own, count(*)::int AS count FROM web_socketio_message',
    );
    expect(rows).toEqual([{ own: true, count: 3 }]);
    await writer.query('COMMIT');
  });
});
