import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { OPENERP, SCHEMA } from '../../support/postgres/catalog/database-schema.ts';
import { createDatabase } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, outcome, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Each extends AbstractAdapter { static channel = 'each'; static mode = 'each'; }
class Queue extends AbstractAdapter { static channel = 'queue'; }
class Mine extends OpenERPNameSpace {
  recvConnect() {
    this.spawn('each', 'web_socketio_demo', async () => {
      for await (const messages of this.messages(Each)) this.emit('each', messages);
    });
    this.spawn('queue', 'web_socketio_demo', async () => {
      for await (const messages of this.messages(Queue)) await this.secureEmit(Queue, 'queue', messages);
    });
  }
  on_shout(text) { return this.broadcastEvent('heard', text); }
  on_who() { return [this.db, this.uid]; }
}
SocketIO.addNamespace('/mine', Mine);
`;
const modules = { web_socketio_demo: MODULE };

/** Runs statements where no database of the tests is open. */
async function asAdministrator(statement: string): Promise<void> {
  const { host, port, user, password } = inject('postgres');
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

it('serves several databases, whose tokens, messages and broadcasts never cross', async () => {
  const [one, other] = [await TestDatabase.create(), await TestDatabase.create()];
  const sidecar = await TestSidecar.start(one, modules, { databases: [one.name, other.name] });
  const heard: Record<string, unknown[]> = {};
  const connect = async (database: TestDatabase) => {
    const socket = await sidecar.connect('/mine', database.name, await database.addToken({ uid: 2 }));
    const events: unknown[] = [];
    heard[database.name] = events;
    for (const event of ['each', 'queue', 'heard']) {
      socket.on(event, (value: unknown, acknowledge?: (answer: object) => void) => {
        events.push(value);
        acknowledge?.({ ok: true });
      });
    }
    return socket;
  };
  const [socket, otherSocket] = [await connect(one), await connect(other)];
  expect(await socket.emitWithAck('who')).toEqual([one.name, 2]);
  expect(await otherSocket.emitWithAck('who')).toEqual([other.name, 2]);
  expect(await sidecar.refusal('/mine', { db: other.name, token: await one.addToken() })).toMatchObject({
    code: 'token_unknown',
  });
  for (const [database, page] of [
    [one, socket],
    [other, otherSocket],
  ] as const) {
    const { name } = database;
    await database.insert('each', { for: name });
    await expect.poll(() => heard[name]).toHaveLength(1);
    await database.insert('queue', { for: name });
    await expect.poll(() => heard[name]).toHaveLength(2);
    await page.emitWithAck('shout', name);
    await expect.poll(() => heard[name]).toHaveLength(3);
    expect(heard[name]).toEqual([[{ for: name }], [{ for: name }], name]);
  }
  expect(heard[one.name]).toHaveLength(3);
});

it('picks up a database that is created later, and the module that is installed there later still', async () => {
  const database = await TestDatabase.create();
  const name = `${database.name}_later`;
  const sidecar = await TestSidecar.start(database, modules, { databases: [database.name, name] });
  await expect.poll(() => sidecar.log).toContain(`ERROR ${name} web_socketio: database_missing: `);
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  expect(await outcome(sidecar.open('/mine', { db: name, token: 'wsio_any' }))).toMatchObject({
    code: 'database_unavailable',
    retry: true,
  });
  await createDatabase(database.server, name);
  await expect.poll(() => sidecar.log).toContain(`ERROR ${name} web_socketio: module_missing: `);
  const later = TestDatabase.at(database.server, name);
  await later.query(OPENERP + SCHEMA);
  const token = await later.addToken({ uid: 3 });
  const late = await sidecar.connect('/mine', name, token);
  const got = nextEvent(late, 'each');
  await later.insert('each', { text: 'hello' });
  expect(await got).toEqual([[{ text: 'hello' }]]);
  expect(await socket.emitWithAck('who')).toEqual([database.name, 1]);
});

it('sends the pages of a database away that is dropped, serves the others, and takes a new one of its name', async () => {
  const [stays, goes] = [await TestDatabase.create(), await TestDatabase.create()];
  const sidecar = await TestSidecar.start(stays, modules, { databases: [stays.name, goes.name] });
  const socket = await sidecar.connect('/mine', stays.name, await stays.addToken());
  const page = await sidecar.connect('/mine', goes.name, await goes.addToken());
  const end = nextEvent(page, 'web_socketio.end');
  await asAdministrator(`DROP DATABASE ${goes.name} WITH (FORCE)`);
  expect(await end).toMatchObject([{ code: 'database_unavailable', retry: true }]);
  await expect.poll(() => sidecar.log).toContain(`ERROR ${goes.name} web_socketio: database_missing: `);
  expect(await socket.emitWithAck('who')).toEqual([stays.name, 1]);
  await createDatabase(goes.server, goes.name);
  const again = TestDatabase.at(goes.server, goes.name);
  await again.query(OPENERP + SCHEMA);
  const back = await sidecar.connect('/mine', goes.name, await again.addToken());
  const got = nextEvent(back, 'each');
  await again.insert('each', { text: 'hello' });
  expect(await got).toEqual([[{ text: 'hello' }]]);
});
