import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { proveBackend } from '../../sidecar/src/postgres/check/pooler-proof.ts';
import { dialPatiently } from '../support/postgres/dial-patiently.ts';
import { type PgBouncerOptions, startPgBouncer } from '../support/postgres/pgbouncer.ts';
import type { PostgresServer } from '../support/postgres/postgres.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { runSidecar } from '../support/process/run.ts';
import { serverVariables } from '../support/sidecar/sidecar-command.ts';
import { nextEvent, TestSidecar } from '../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter { static channel = 'news'; static mode = 'each'; }
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  recvConnect() { this.spawn('news', 'base', async () => { for (;;) this.emit('news', await this.listen(News)); }); }
  on_send(text) { return this.notify('news', { text }); }
});
`;
const SENTENCE = /postgres_pooled: The way to '\w+' goes through a pooler .* pool_mode = session\./;
/** What the sidecar sets, and what a session may have besides. */
const LEFT = `
SELECT current_setting('enable_seqscan') AS enable_seqscan, current_setting('plan_cache_mode') AS plan_cache_mode,
  current_setting('statement_timeout') AS statement_timeout, current_setting('lock_timeout') AS lock_timeout,
  current_setting('search_path') AS search_path,
  (SELECT count(*)::int FROM pg_listening_channels()) AS channels,
  (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
  (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks`;
const NOTHING = {
  enable_seqscan: 'on',
  plan_cache_mode: 'auto',
  statement_timeout: '0',
  lock_timeout: '0',
  search_path: '"$user", public',
  channels: 0,
  prepared: 0,
  locks: 0,
};

async function pooler(database: TestDatabase, options: PgBouncerOptions): Promise<PostgresServer> {
  const started = await startPgBouncer(database.server, options);
  onTestFinished(() => started.stop());
  return started;
}

/** As Odoo: a client of the pooler with a transaction open, and so with a server connection. */
async function hold(server: PostgresServer, database: TestDatabase): Promise<pg.Client> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: database.name });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('BEGIN');
  return client;
}

/** The state of so many server connections of a pool, all of them if it has no more. */
async function stateOf(server: PostgresServer, database: TestDatabase, count: number): Promise<unknown[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => hold(server, database)));
  const states = await Promise.all(clients.map((client) => client.query(LEFT)));
  for (const client of clients) await client.query('ROLLBACK');
  return states.map(({ rows }) => rows[0]);
}

async function readyz({ url }: TestSidecar): Promise<unknown> {
  return (await fetch(`${url}/readyz`)).json();
}

it.each(['transaction', 'statement'] as const)(
  'refuses a pool by the %s, says what to do, and leaves nothing behind',
  async (mode) => {
    const database = await TestDatabase.create();
    const pool = await pooler(database, { mode, poolSize: 4 });
    const direct = await pooler(database, { mode: 'session' });
    const sidecar = await TestSidecar.start(database, { base: MODULE }, { postgres: pool });
    await expect.poll(() => sidecar.log).toMatch(SENTENCE);
    expect(sidecar.log).not.toContain('Connected to PostgreSQL');
    expect(await readyz(sidecar)).toMatchObject({ databases: { [database.name]: 'postgres_pooled' } });
    const state = () =>
      mode === 'transaction'
        ? stateOf(pool, database, 4)
        : database.query<{ locks: number }>(
            `SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory' AND database =
             (SELECT oid FROM pg_database WHERE datname = current_database())`,
          );
    const clean = mode === 'transaction' ? Array(4).fill(NOTHING) : [{ locks: 0 }];
    expect(await state()).toEqual(clean);
    await sidecar.sidecar.stop();
    expect(await state()).toEqual(clean);
    expect(await stateOf(direct, database, 1)).toEqual([NOTHING]);
  },
);

it.each([
  { poolSize: 5, roundRobin: 0 },
  { poolSize: 3, roundRobin: 0 },
  { poolSize: 2, roundRobin: 1 },
  { poolSize: 4, roundRobin: 1 },
])('finds a pool of $poolSize out while others use it (round robin $roundRobin)', async (size) => {
  const database = await TestDatabase.create();
  const { poolSize, roundRobin } = size;
  const more = `server_round_robin = ${roundRobin}`;
  const pool = await pooler(database, { mode: 'transaction', poolSize, more });
  const options = { host: pool.host, port: pool.port, user: pool.user, password: pool.password };
  let isBusy = true;
  const work = async () => {
    const client = await hold(pool, database);
    while (isBusy) {
      await client.query('SELECT pg_sleep(random() * 0.002)');
      await client.query('COMMIT');
      await setImmediate();
      await client.query('BEGIN');
    }
    await client.query('COMMIT');
  };
  const others = [work(), work(), work()];
  try {
    for (let round = 0; round < 30; round += 1) {
      const client = await dialPatiently(options, database.name);
      await expect(
        proveBackend(client, database.name, () => dialPatiently(options, database.name)),
      ).rejects.toMatchObject({ code: 'postgres_pooled' });
      await client.end();
    }
  } finally {
    isBusy = false;
    await Promise.all(others);
  }
});

it.each([['--check-config'], ['doctor']])('says the same in %s', async (task) => {
  const database = await TestDatabase.create();
  const pool = await pooler(database, { mode: 'transaction' });
  const { lines, ended } = runSidecar(['-d', database.name, '-p', '0', task], {
    ...serverVariables(pool),
  });
  expect(await ended).toEqual([1, null]);
  expect(lines.map((line) => line.trim()).join(' ')).toMatch(SENTENCE);
});

it('works behind a pool by the session, whose connections are as before afterwards', async () => {
  const database = await TestDatabase.create();
  const pool = await pooler(database, { mode: 'session', poolSize: 6 });
  const sidecar = await TestSidecar.start(database, { base: MODULE }, { postgres: pool });
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  const got = nextEvent(socket, 'news');
  await socket.emitWithAck('send', 'hello');
  expect(await got).toEqual([[{ text: 'hello' }]]);
  expect(sidecar.log).not.toContain(' ERROR ');
  await sidecar.sidecar.stop();
  expect(await stateOf(pool, database, 1)).toEqual([NOTHING]);
});

it('says how large a pool by the session has to be', async () => {
  const database = await TestDatabase.create();
  const pool = await pooler(database, { mode: 'session', poolSize: 1 });
  const sidecar = await TestSidecar.start(database, {}, { postgres: pool });
  await expect
    .poll(() => sidecar.log)
    .toMatch(/postgres_waiting: The pooler before '\w+' has no second connection .* The sidecar needs six/);
});

it('is woken up at once by an Odoo behind a pool by the transaction, itself beside it', async () => {
  const database = await TestDatabase.create();
  const pool = await pooler(database, { mode: 'transaction', poolSize: 2 });
  const sidecar = await TestSidecar.start(database, { base: MODULE });
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  const odoo = await hold(pool, database);
  await odoo.query('COMMIT');
  const isQuick = async () => {
    const got = nextEvent(socket, 'news');
    const start = performance.now();
    await odoo.query(`INSERT INTO web_socketio_message (channel, "values") VALUES ('news', '{}')`);
    await got;
    return performance.now() - start < 1_000;
  };
  // A sidecar that is not woken up reads every three seconds: of messages in a row, none but the first would come before that.
  await isQuick();
  await expect.poll(isQuick).toBe(true);
  expect(await stateOf(pool, database, 2)).toEqual([NOTHING, NOTHING]);
});
