import { expect, inject, it, onTestFinished } from 'vitest';
import { OPENERP, SCHEMA } from '../../support/postgres/catalog/database-schema.ts';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { createDatabase } from '../../support/postgres/postgres.ts';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { runSidecar } from '../../support/process/run.ts';
import { serverVariables } from '../../support/sidecar/sidecar-command.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const CONNECTED = 'Connected to PostgreSQL';

/** What `--check-config` says of the database: its one problem. */
async function checked(server: PostgresAddress, name: string): Promise<string> {
  const { lines, ended } = runSidecar(['-d', name, '-p', '0', '--check-config'], serverVariables(server));
  expect(await ended).toEqual([1, null]);
  const text = lines
    .slice(lines.indexOf('Problems') + 1)
    .map((line) => line.trim())
    .join(' ');
  return text.replace(/^.*?odoo_unreachable: .*?--odoo-url\. /, '');
}

/** What the check says; the start has to say the same, and go on as soon as `mend` is done. */
async function expectSame(
  database: TestDatabase,
  code: string,
  mend: () => Promise<unknown>,
  server: PostgresAddress = database.server,
): Promise<string> {
  const sentence = await checked(server, database.name);
  expect(sentence).toMatch(new RegExp(`^${code}: `));
  const { host, port, user, password } = server;
  const sidecar = await TestSidecar.start(database, {}, { postgres: { host, port, user, password } });
  await expect.poll(() => sidecar.log).toContain(`${sentence} Next attempt in`);
  const answer: unknown = await (await fetch(`${sidecar.url}/readyz`)).json();
  expect(answer).toMatchObject({ status: 'not_ready', databases: { [database.name]: code } });
  expect(sidecar.log).not.toContain(CONNECTED);
  await mend();
  await expect.poll(() => sidecar.log).toContain(CONNECTED);
  return sentence;
}

it('names a standby in the check as at the start, and serves it once it is promoted', async () => {
  const primary = await RestartablePostgres.create();
  await primary.start();
  const database = await TestDatabase.create(primary);
  await primary.stopFast();
  const standby = await primary.copyAsStandby();
  await primary.start();
  await standby.start();
  const promote = async () => {
    await primary.stopImmediately();
    await TestDatabase.at(standby, 'postgres').query('SELECT pg_promote()');
  };
  const sentence = await expectSame(TestDatabase.at(standby, database.name), 'database_standby', promote);
  expect(sentence).toContain('is a standby, which only follows another one.');
});

it.each(['ALTER DATABASE', 'ALTER ROLE'])('names a database that may only be read (%s)', async (kind) => {
  const database = await TestDatabase.create();
  const user = `reader_${database.name}`;
  await database.query(`CREATE ROLE ${user} LOGIN SUPERUSER PASSWORD 'reader'`);
  onTestFinished(async () => void (await database.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`)));
  const subject = `${kind} ${kind === 'ALTER ROLE' ? user : database.name}`;
  await database.query(`${subject} SET default_transaction_read_only = on`);
  const reset = async () => {
    const client = await database.connect();
    await client.query('SET default_transaction_read_only = off');
    await client.query(`${subject} RESET default_transaction_read_only`);
    await client.end();
  };
  onTestFinished(reset);
  const server = { ...database.server, user, password: 'reader' };
  await expectSame(database, 'database_read_only', reset, server);
});

it('names the rights that are missing', async () => {
  const database = await TestDatabase.create();
  const user = `few_${database.name}`;
  await database.query(`CREATE ROLE ${user} LOGIN PASSWORD 'few'; GRANT SELECT ON ir_module_module TO ${user};
    GRANT SELECT ON web_socketio_state TO ${user}`);
  onTestFinished(async () => void (await database.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`)));
  const grant = () =>
    database.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${user};
      GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${user};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ${user}`);
  const server = { ...database.server, user, password: 'few' };
  const sentence = await expectSame(database, 'database_forbidden', grant, server);
  expect(sentence).toContain('SELECT on web_socketio_message, INSERT on web_socketio_message');
});

it('names a role that may have no more connections', async () => {
  const database = await TestDatabase.create();
  const user = `limited_${database.name}`;
  await database.query(`CREATE ROLE ${user} LOGIN PASSWORD 'few' CONNECTION LIMIT 0;
    GRANT ALL ON ALL TABLES IN SCHEMA public TO ${user}; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${user};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ${user}`);
  onTestFinished(async () => void (await database.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`)));
  const raise = () => database.query(`ALTER ROLE ${user} CONNECTION LIMIT 6`);
  const server = { ...database.server, user, password: 'few' };
  expect(await expectSame(database, 'postgres_full', raise, server)).toContain('too many connections');
});

it('asks which where the tables are in several schemas, and takes the one that the search_path leads to', async () => {
  const server = inject('postgres');
  const database = TestDatabase.at(server, await createDatabase(server));
  for (const schema of ['odoo_a', 'odoo_b']) {
    await database.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema};${OPENERP}${SCHEMA}`);
  }
  const choose = () => database.query(`ALTER DATABASE ${database.name} SET search_path = odoo_b`);
  expect(await expectSame(database, 'schema_ambiguous', choose)).toContain('odoo_a, odoo_b');
});

it('is not connected before it reads: where the table is locked at its start, it says so', async () => {
  const database = await TestDatabase.create();
  const locker = await database.connect();
  await locker.query('BEGIN; LOCK TABLE web_socketio_message IN ACCESS EXCLUSIVE MODE');
  const sidecar = await TestSidecar.start(database, {});
  await expect.poll(() => sidecar.log).toMatch(/ERROR \w+ web_socketio: (table_locked|\w+: .*lock timeout)/);
  expect(sidecar.log).not.toContain(CONNECTED);
  expect((await fetch(`${sidecar.url}/readyz`)).status).toBe(503);
  await locker.query('COMMIT');
  await expect.poll(() => sidecar.log).toContain(CONNECTED);
});

it("works in the schema of the tables, whatever the role's own search_path is", async () => {
  const database = await TestDatabase.create();
  await database.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await database.query(`CREATE SCHEMA "Odoo data"; SET search_path = "Odoo data";${OPENERP}${SCHEMA}`);
  const sidecar = await TestSidecar.start(database, {
    base: `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter { static channel = 'news'; static mode = 'each'; }
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  recvConnect() { this.spawn('news', 'base', async () => { for (;;) this.emit('news', await this.listen(News)); }); }
  on_send(text) { return this.notify('news', { text }); }
});`,
  });
  await database.query(`ALTER DATABASE ${database.name} SET search_path = "Odoo data"`);
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  const got = nextEvent(socket, 'news');
  await socket.emitWithAck('send', 'hello');
  expect(await got).toEqual([[{ text: 'hello' }]]);
  await sidecar.sidecar.clean();
  expect(sidecar.log).not.toContain(' ERROR ');
});
