import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { runPsqlScript } from '../../support/postgres/psql/psql-script.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { ScriptedWorker } from '../../support/python-worker/scripted-worker.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const SCRIPT = new URL('../../../addon/web_socketio/data/sidecar_role.sql', import.meta.url);
const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter { static channel = 'news'; static mode = 'each'; }
class Work extends AbstractAdapter { static channel = 'work'; }
class Mine extends OpenERPNameSpace {
  recvConnect() {
    this.spawn('news', 'base', async () => { this.emit('news', await this.listen(News)); });
    this.spawn('work', 'base', async () => { await this.listen(Work); this.emit('work', await this.validate(Work, true)); });
  }
  on_send(channel) { return this.notify(channel, { text: channel }); }
}
SocketIO.addNamespace('/mine', Mine);
`;

/** A role of its own, with what the script grants; it goes with the test. */
async function createRole(database: TestDatabase): Promise<{ user: string; password: string }> {
  const user = `sidecar_${randomBytes(4).toString('hex')}`;
  const owner = await database.connect();
  // Of tables of version 2, which had no secret column.
  await owner.query(`CREATE ROLE ${user} LOGIN; GRANT SELECT ON web_socketio_session TO ${user}`);
  await runPsqlScript(owner, await readFile(SCRIPT, 'utf8'), { role: user });
  await runPsqlScript(owner, await readFile(SCRIPT, 'utf8'), { role: user });
  const password = randomBytes(8).toString('hex');
  await owner.query(`ALTER ROLE ${user} PASSWORD '${password}'`);
  onTestFinished(async () => {
    await database.query(`DROP OWNED BY ${user}`);
    await database.query(`DROP ROLE ${user}`);
  });
  return { user, password };
}

it('lets the sidecar look the proof of a Python worker up, and make none', async () => {
  const database = await TestDatabase.create();
  const { host, port } = database.server;
  const role = await createRole(database);
  const sidecar = await TestSidecar.start(database, {}, { postgres: { host, port, ...role } });
  await ScriptedWorker.link(sidecar.url, database);
  const client = new pg.Client({ ...database.config, ...role });
  await client.connect();
  onTestFinished(() => client.end());
  for (const statement of [
    `INSERT INTO web_socketio_worker (id, proof_sha256, version) VALUES (md5('')::uuid, '', 1)`,
    'UPDATE web_socketio_worker SET seen = now()',
    'DELETE FROM web_socketio_worker',
  ])
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
});

it('says what to run where a role of before may not look a proof up', async () => {
  const database = await TestDatabase.create();
  const { host, port } = database.server;
  const role = await createRole(database);
  await database.query(`REVOKE ALL ON web_socketio_worker FROM ${role.user}`);
  const sidecar = await TestSidecar.start(database, {}, { postgres: { host, port, ...role } });
  const worker = await ScriptedWorker.open(sidecar.url, database);
  await expect.poll(() => worker.closed).toBe(true);
  await expect
    .poll(async () => {
      const again = await ScriptedWorker.open(sidecar.url, database);
      await expect.poll(() => again.closed).toBe(true);
      return JSON.stringify(again.frames);
    })
    .toContain('Run addon/web_socketio/data/sidecar_role.sql again');
});

it('lets the sidecar do all its work', async () => {
  const database = await TestDatabase.create();
  const { host, port } = database.server;
  const postgres = { host, port, ...(await createRole(database)) };
  const sidecar = await TestSidecar.start(database, { base: MODULE }, { postgres });
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  const got = [nextEvent(socket, 'news'), nextEvent(socket, 'work')];
  await socket.emitWithAck('send', 'news');
  await socket.emitWithAck('send', 'work');
  expect(await Promise.all(got)).toEqual([[[{ text: 'news' }]], [true]]);
  await database.query(`UPDATE web_socketio_message SET date = date - interval '2 days'`);
  await database.query(`UPDATE web_socketio_session SET expires = now() - interval '2 days'`);
  await sidecar.sidecar.clean();
  expect(await database.query('SELECT * FROM web_socketio_message')).toEqual([]);
  await expect.poll(() => database.query('SELECT * FROM web_socketio_session')).toEqual([]);
  await database.query(`UPDATE web_socketio_state SET epoch = 'elsewhere'`);
  await database.killSidecarBackends();
  await expect.poll(() => sidecar.log).toContain('Connected to PostgreSQL again');
  expect(sidecar.log).not.toContain('database_forbidden');
});

it('shows nothing of the users, and nothing else of OpenERP', async () => {
  const database = await TestDatabase.create();
  const client = new pg.Client({ ...database.config, ...(await createRole(database)) });
  await client.connect();
  try {
    for (const query of [
      'SELECT login, password FROM res_users',
      'UPDATE res_users SET active = false',
      'SELECT * FROM ir_module_module',
      `INSERT INTO web_socketio_session (token_sha256, uid, session_hash, expires) VALUES ('', 1, '', now())`,
      `UPDATE web_socketio_session SET uid = 1`,
      `SELECT web_socketio_end_session('')`,
      'SELECT sealed FROM web_socketio_session',
    ]) {
      await expect(client.query(query)).rejects.toMatchObject({ code: '42501' });
    }
    const tokens =
      'SELECT uid, locked FROM web_socketio_session WHERE issuer = (SELECT web_socketio_identity())';
    expect((await client.query(tokens)).rows).toEqual([]);
  } finally {
    await client.end();
  }
});
