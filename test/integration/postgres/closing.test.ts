import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { limitStatements } from '../../../sidecar/src/postgres/check/connection-settings.ts';
import { closeClient } from '../../../sidecar/src/postgres/connect/connection.ts';
import { dialPatiently } from '../../support/postgres/dial-patiently.ts';
import { createDatabase, startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const backends = (database: TestDatabase, pid: number) =>
  database.query('SELECT state, query FROM pg_stat_activity WHERE pid = $1', [pid]);

it.each([10, 15, 18] as const)(
  'ends on the server what the client gives up (PostgreSQL %i)',
  async (major) => {
    const server = await startPostgres(major);
    onTestFinished(() => server.stop());
    const database = TestDatabase.at(server, await createDatabase(server));
    const client = await dialPatiently(server, database.name);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid ?? 0;
    const slow = client.query('SELECT pg_sleep(600)').catch(String);
    await expect.poll(() => backends(database, pid)).toMatchObject([{ state: 'active' }]);
    await closeClient(client);
    // Already gone: it was asked to end, and waited for.
    expect(await backends(database, pid)).toEqual([]);
    expect(await slow).toContain('canceling statement due to user request');
  },
);

it('lets the server end a statement before the client gives it up, and goes on with the connection', async () => {
  const database = await TestDatabase.create();
  const locker = await database.connect();
  await locker.query('BEGIN; LOCK TABLE web_socketio_message IN ACCESS EXCLUSIVE MODE');
  const client = await dialPatiently(database.server, database.name);
  onTestFinished(() => closeClient(client));
  await limitStatements(client);
  await expect(client.query('SELECT pg_sleep(600)')).rejects.toMatchObject({ code: '57014' });
  await expect(client.query('SELECT * FROM web_socketio_message')).rejects.toMatchObject({ code: '55P03' });
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

it('closes a connection that was lost, or closed before', async () => {
  const database = await TestDatabase.create();
  const client = await dialPatiently(database.server, database.name);
  await closeClient(client);
  await closeClient(client);
  const killed = await dialPatiently(database.server, database.name);
  const running = killed.query('SELECT pg_sleep(600)').catch((error: unknown) => error);
  await expect.poll(() => database.killSidecarBackends()).toBe(1);
  expect(await running).toBeInstanceOf(pg.DatabaseError);
  await closeClient(killed);
});
