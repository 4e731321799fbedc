import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPENERP, SCHEMA, SCHEMA_DROP, sha256 } from '../../support/postgres/catalog/database-schema.ts';
import { createDatabase, type PostgresServer, startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const OBJECTS = `
  SELECT 'relation ' || relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
  ORDER BY 1`;

describe.each([10, 15, 18] as const)('The schema on PostgreSQL %i', (major) => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres(major);
  });

  afterAll(() => server.stop());

  const controls = (database: TestDatabase) =>
    database.query<{ uid: number | null; values: object }>(
      `SELECT uid, "values" FROM web_socketio_message WHERE channel = 'web_socketio.control' ORDER BY id`,
    );

  it('runs on the server it says', async () => {
    const database = await TestDatabase.create(server);
    const [row] = await database.query<{ server_version: string }>('SHOW server_version');
    expect(row?.server_version).toMatch(new RegExp(`^${major}\\.`));
  });

  it('is run again while a sidecar works, whose row changes meanwhile', async () => {
    const database = await TestDatabase.create(server);
    const odoo = await database.connect();
    try {
      await odoo.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await odoo.query('SELECT FROM web_socketio_state');
      await database.query('UPDATE web_socketio_state SET pulse = pulse + 1');
      await odoo.query(SCHEMA);
      await odoo.query('COMMIT');
    } finally {
      await odoo.end();
    }
    expect(await database.query('SELECT pulse::int FROM web_socketio_state')).toEqual([{ pulse: 1 }]);
  });

  it('may be run again, and leaves nothing behind when it is dropped', async () => {
    const database = await TestDatabase.create(server);
    const made = await database.query(OBJECTS);
    await database.query(SCHEMA);
    expect(await database.query(OBJECTS)).toEqual(made);
    // As they were called before 2026-11-28.
    await database.query(`DROP TRIGGER web_socketio_wake_up ON web_socketio_message;
      ALTER FUNCTION web_socketio_wake_up() RENAME TO web_socketio_ring;
      CREATE CONSTRAINT TRIGGER web_socketio_ring AFTER INSERT ON web_socketio_message
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE PROCEDURE web_socketio_ring()`);
    await database.query(SCHEMA);
    expect(await database.query(OBJECTS)).toEqual(made);
    await database.query(SCHEMA_DROP);
    const left = await database.query<{ name: string }>(OBJECTS);
    expect(left.filter(({ name }) => name.includes('socketio'))).toEqual([]);
    await database.query(SCHEMA_DROP);
  });

  it('gives a version to the tables of an addon that had none, keeps what is in them, and tells nobody', async () => {
    const database = await TestDatabase.create(server);
    await database.query('ALTER TABLE web_socketio_state DROP COLUMN version, DROP COLUMN compatible');
    await database.query(`UPDATE web_socketio_state SET epoch = 'here', purged_txid = 7`);
    await database.query(SCHEMA);
    expect(
      await database.query('SELECT epoch, purged_txid, version, compatible FROM web_socketio_state'),
    ).toEqual([{ epoch: 'here', purged_txid: '7', version: 5, compatible: 3 }]);
    expect(await controls(database)).toEqual([]);
    await database.query('UPDATE web_socketio_state SET version = 6');
    await database.query(SCHEMA);
    expect(await controls(database)).toEqual([{ uid: null, values: { type: 'schema_changed' } }]);
  });

  it('takes the tokens of version 2 away, which name no database, and keeps those of its own version', async () => {
    const database = await TestDatabase.create(server);
    await database.addToken();
    await database.query(SCHEMA);
    expect(await database.query('SELECT 1 FROM web_socketio_session')).toHaveLength(1);
    await database.query(
      'ALTER TABLE web_socketio_session DROP issuer, DROP origin, DROP sealed, DROP checked, DROP locked',
    );
    await database.query('UPDATE web_socketio_state SET version = 2, compatible = 2');
    await database.query(SCHEMA);
    expect(await database.query('SELECT 1 FROM web_socketio_session')).toEqual([]);
    expect(await controls(database)).toEqual([{ uid: null, values: { type: 'schema_changed' } }]);
    await database.addToken();
  });

  it('says which server and database it is, and so does every token', async () => {
    const database = await TestDatabase.create(server);
    await database.addToken();
    const copy = TestDatabase.at(server, `${database.name}_copy`);
    await TestDatabase.at(server, 'postgres').query(`CREATE DATABASE ${copy.name} TEMPLATE ${database.name}`);
    const read = `SELECT web_socketio_identity() AS here, issuer FROM web_socketio_session`;
    const [row] = await database.query<{ here: string; issuer: string }>(read);
    expect(row?.here).toMatch(/^\d{19}:\d+:0000000[1-9]$/);
    expect(row?.issuer).toBe(row?.here);
    const [copied] = await copy.query<{ here: string; issuer: string }>(read);
    expect(copied?.issuer).toBe(row?.here);
    expect(copied?.here).not.toBe(row?.here);
    await TestDatabase.at(server, 'postgres').query(`DROP DATABASE ${copy.name}`);
  });

  it('does without what the server does not tell', async () => {
    const database = await TestDatabase.create(server);
    const role = `few_rights_${database.name}`;
    await database.query(
      `CREATE ROLE ${role}; GRANT CREATE ON SCHEMA public TO ${role};
       ALTER FUNCTION web_socketio_identity() OWNER TO ${role};
       REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_walfile_name(pg_lsn) FROM PUBLIC`,
    );
    const [row] = await database.query<{ here: string }>('SELECT web_socketio_identity() AS here');
    expect(row?.here).toMatch(/^-:\d+:-$/);
    await database.query(
      `REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`,
    );
  });

  it('fills in what a plain INSERT leaves out', async () => {
    const database = await TestDatabase.create(server);
    await database.query(
      `INSERT INTO web_socketio_message (channel, "values") VALUES ('mine', '{"a": "\\u0000"}')`,
    );
    const [row] = await database.query(
      `SELECT txid = (xmin::text)::bigint AS own, abs(extract(epoch FROM date - now() AT TIME ZONE 'UTC')) < 60 AS utc,
              attempts, uid FROM web_socketio_message`,
    );
    expect(row).toEqual({ own: true, utc: true, attempts: 0, uid: null });
  });

  it('asks for proof once when the credentials really change, and not otherwise', async () => {
    const database = await TestDatabase.create(server);
    await database.addToken({ uid: 2 });
    await database.addToken({ uid: 3 });
    await database.query(
      `UPDATE res_users SET signature = 'x', login = login, password = password WHERE id = 2`,
    );
    expect(await controls(database)).toEqual([]);
    await database.query(`UPDATE res_users SET password = 'new' WHERE id = 2`);
    expect(await controls(database)).toEqual([{ uid: 2, values: { type: 'proof_due', uid: 2 } }]);
    const due = await database.query('SELECT uid FROM web_socketio_session WHERE proof_due IS NOT NULL');
    expect(due).toEqual([{ uid: 2 }]);
  });

  it.each([
    ['the login changes', `UPDATE res_users SET login = 'new' WHERE id = 2`],
    ['the user is deactivated', 'UPDATE res_users SET active = false WHERE id = 2'],
    ['the user is deleted', 'DELETE FROM res_users WHERE id = 2'],
  ])('asks for proof when %s', async (_, statement) => {
    const database = await TestDatabase.create(server);
    await database.addToken({ uid: 2 });
    await database.query(statement);
    expect(await controls(database)).toHaveLength(1);
  });

  it('tells of changed credentials where no token is there yet: one may be on its way', async () => {
    const database = await TestDatabase.create(server);
    await database.query(`UPDATE res_users SET password = 'new' WHERE id = 2`);
    expect(await controls(database)).toEqual([{ uid: 2, values: { type: 'proof_due', uid: 2 } }]);
  });

  it('ends every page of a session for good, and tells the sidecars', async () => {
    const database = await TestDatabase.create(server);
    await database.addToken({ session: 'one' });
    await database.addToken({ session: 'one' });
    await database.addToken({ session: 'two' });
    const hash = sha256('one');
    await database.query('SELECT web_socketio_end_session($1)', [hash]);
    await database.query('SELECT web_socketio_end_session($1)', [hash]);
    expect(await controls(database)).toEqual([
      { uid: null, values: { type: 'ended', session_hash: hash.toString('hex') } },
    ]);
    const open = await database.query('SELECT 1 AS open FROM web_socketio_session WHERE ended IS NULL');
    expect(open).toHaveLength(1);
  });

  it('works in another schema than "public", whatever the search_path of those who write', async () => {
    const database = TestDatabase.at(server, await createDatabase(server));
    await database.query(
      `CREATE SCHEMA odoo_data; SET search_path = odoo_data, public; ${OPENERP} ${SCHEMA}`,
    );
    const relations = await database.query(
      `SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE relname = 'web_socketio_message'`,
    );
    expect(relations).toEqual([{ schema: 'odoo_data' }]);
    await database.query(
      `INSERT INTO odoo_data.web_socketio_session (token_sha256, uid, session_hash, expires) VALUES ('t', 2, 's', now())`,
    );
    // As a session whose search_path does not name that schema.
    await database.query(`UPDATE odoo_data.res_users SET password = 'new' WHERE id = 2`);
    await database.query(`INSERT INTO odoo_data.res_users (login) VALUES ('another')`);
    await database.query(`SELECT odoo_data.web_socketio_end_session('s')`);
    await database.query(`INSERT INTO odoo_data.web_socketio_message (channel, dead) VALUES ('mine', now())`);
    await database.query('SELECT odoo_data.web_socketio_requeue(3)');
    await database.query('SELECT odoo_data.web_socketio_rebase(7)');
    const rows = await database.query('SELECT channel, dead FROM odoo_data.web_socketio_message ORDER BY id');
    expect(rows).toEqual([
      { channel: 'web_socketio.control', dead: null },
      { channel: 'web_socketio.control', dead: null },
      { channel: 'mine', dead: null },
    ]);
    // It would make a second set of tables.
    await expect(database.query(SCHEMA)).rejects.toThrow('are in another schema than public');
  });

  it('may be run again, and dropped, in a transaction that has sent a message', async () => {
    const database = await TestDatabase.create(server);
    const client = await database.connect();
    await client.query(`BEGIN; INSERT INTO web_socketio_message (channel) VALUES ('mine'); ${SCHEMA} COMMIT`);
    await client.query(
      `BEGIN; INSERT INTO web_socketio_message (channel) VALUES ('mine'); ${SCHEMA_DROP} COMMIT`,
    );
    expect(await database.query(`SELECT FROM pg_class WHERE relname ~ 'web_socketio'`)).toEqual([]);
  });

  it('sends a wake-up only while somebody waits for it, and leaves no lock behind', async () => {
    const database = await TestDatabase.create(server);
    const sidecar = await database.connect();
    const heard: string[] = [];
    sidecar.on('notification', ({ channel }) => heard.push(channel));
    await sidecar.query('LISTEN web_socketio');
    await database.insert('mine', {});
    await sidecar.query('SELECT 1');
    expect(heard).toEqual([]);
    await sidecar.query('SELECT pg_advisory_lock_shared(8068, 1)');
    await database.insert('mine', {});
    await sidecar.query('SELECT 1');
    expect(heard).toEqual(['web_socketio']);
    const locks = await database.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 8068`,
    );
    expect(locks).toHaveLength(1);
  });
});
