import { readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { SCHEMA } from '../../support/postgres/catalog/database-schema.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { HELD_DRAIN, holdDrain } from '../../support/sidecar/held-drain.ts';
import { nextEvent, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const NEUTRALIZE = new URL('../../../addon/web_socketio/data/neutralize.sql', import.meta.url);
const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class News extends AbstractAdapter { static channel = 'news'; static mode = 'each'; }
class Work extends AbstractAdapter { static channel = 'work'; }
class Mine extends OpenERPNameSpace {
  recvConnect() {
    this.spawn('news', 'base', async () => { for await (const news of this.messages(News)) this.emit('news', news); });
  }
}
SocketIO.addAdapter(News);
SocketIO.addAdapter(Work);
SocketIO.addNamespace('/mine', Mine);
`;

interface Row {
  id: string;
  version: string;
  stopped: boolean;
  alive: boolean;
  report: {
    at: string;
    bus: number | null;
    workers: number;
    channels: Record<string, [string | null, number]>;
  };
  user_ids: number[];
  web_sockets: number[];
  pollings: number[];
  latencies: number[];
}

const rows = (database: TestDatabase) =>
  database.query<Row>('SELECT *, due > clock_timestamp() AS alive FROM web_socketio_status ORDER BY started');

/** Has it written until that holds: the database may not be read yet, and pages come and go by themselves. */
async function written(
  sidecar: TestSidecar,
  database: TestDatabase,
  holds: (row: Row) => boolean,
): Promise<Row> {
  let found: Row | undefined;
  await expect
    .poll(async () => {
      await sidecar.sidecar.tellStatus();
      found = (await rows(database)).find(holds);
      return found !== undefined;
    })
    .toBe(true);
  if (found === undefined) throw new Error('There is no such row.');
  return found;
}

it('A sidecar writes one row, with who is connected by which transport and what comes in which channel', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: MODULE });
  const empty = await written(sidecar, database, () => true);
  expect(empty).toMatchObject({
    stopped: false,
    alive: true,
    user_ids: [],
    report: { bus: null, workers: 0 },
  });
  expect(empty.report.at).toMatch(new RegExp(`:${new URL(sidecar.url).port}$`));
  expect(empty.report.channels).toEqual({ news: ['each', 0], work: ['queue', 0] });
  const anna = await database.addToken({ uid: 7 });
  const page = await sidecar.connect('/mine', database.name, anna);
  await sidecar.connect('/mine', database.name, anna);
  sidecar.transport = 'polling';
  await sidecar.connect('/mine', database.name, await database.addToken({ uid: 5 }));
  const news = nextEvent(page, 'news');
  await database.insert('news', { text: 'one' });
  await database.insert('nobody', { text: 'one' });
  await news;
  const row = await written(sidecar, database, ({ report }) => report.channels['nobody'] !== undefined);
  expect(row).toMatchObject({ user_ids: [5, 7], web_sockets: [0, 2], pollings: [1, 0], latencies: [0, 0] });
  expect(row.report.channels).toEqual({ news: ['each', 1], nobody: [null, 1], work: ['queue', 0] });
  page.disconnect();
  await written(sidecar, database, ({ web_sockets }) => web_sockets.join() === '0,1');
  expect(await rows(database)).toHaveLength(1);
});

it('It says nothing twice, and nothing of it names the sidecar by which credentials are given out', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: MODULE });
  const { id } = await written(sidecar, database, () => true);
  const [first] = await database.query('SELECT seen, xmin FROM web_socketio_status');
  for (let round = 0; round < 5; round += 1) await sidecar.sidecar.tellStatus();
  expect(await database.query('SELECT seen, xmin FROM web_socketio_status')).toEqual([first]);
  const known = await database.query('SELECT id::text FROM web_socketio_sidecar');
  expect(known).not.toContainEqual({ id });
});

it('A sidecar that was stopped says so, and the row of one that is gone is removed by another one', async () => {
  const database = await TestDatabase.create();
  const [one, other] = [
    await TestSidecar.start(database, { base: MODULE }),
    await TestSidecar.start(database, { base: MODULE }),
  ];
  await one.connect('/mine', database.name, await database.addToken({ uid: 7 }));
  const { id } = await written(one, database, ({ user_ids }) => user_ids.length > 0);
  await one.sidecar.stop();
  expect(await rows(database)).toMatchObject([{ id, stopped: true, user_ids: [], report: { channels: {} } }]);
  await written(other, database, (row) => row.id !== id);
  expect((await rows(database)).map((row) => row.id)).not.toContain(id);
  const gone = (minutes: number) =>
    database.query(
      `INSERT INTO web_socketio_status (id, version, due) VALUES (gen_random_uuid(), '0', now() - $1 * interval '1 minute')`,
      [minutes],
    );
  await gone(2);
  await gone(0.5);
  await other.connect('/mine', database.name, await database.addToken({ uid: 8 }));
  await written(other, database, ({ user_ids }) => user_ids.join() === '8');
  expect((await rows(database)).filter(({ alive }) => !alive)).toHaveLength(1);
});

it('While a sidecar drains, its row goes on saying who is still connected', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: HELD_DRAIN }, { drainSeconds: 60 });
  await sidecar.connect('/mine', database.name, await database.addToken({ uid: 7 }));
  const holder = await holdDrain(sidecar, database);
  await written(sidecar, database, ({ user_ids }) => user_ids.join() === '7,9');
  const stopped = sidecar.sidecar.stop();
  await expect.poll(() => rows(database)).toMatchObject([{ stopped: false, alive: true, user_ids: [9] }]);
  holder.emit('release');
  await stopped;
  expect(await rows(database)).toMatchObject([{ stopped: true, user_ids: [] }]);
});

it('Without the table, as with an older addon, everything else works; it is written as soon as it is there', async () => {
  const database = await TestDatabase.create();
  await database.query('DROP TABLE web_socketio_status');
  await database.query('UPDATE web_socketio_state SET version = 4');
  const sidecar = await TestSidecar.start(database, { base: MODULE });
  const page = await sidecar.connect('/mine', database.name, await database.addToken());
  await sidecar.sidecar.tellStatus();
  const news = nextEvent(page, 'news');
  await database.insert('news', { text: 'one' });
  await news;
  expect(sidecar.log).not.toMatch(/(WARNING|ERROR) test_/);
  await database.query(SCHEMA);
  await written(sidecar, database, ({ user_ids }) => user_ids.join() === '1');
});

it('While its row cannot be written, messages arrive, and the log and readiness say once what is missing', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: MODULE });
  const page = await sidecar.connect('/mine', database.name, await database.addToken());
  await database.query('ALTER TABLE web_socketio_status ADD CONSTRAINT broken CHECK (false) NOT VALID');
  await expect
    .poll(async () => {
      await sidecar.sidecar.tellStatus();
      return sidecar.log;
    })
    .toContain("the operator's screen in Odoo shows of this sidecar what was before");
  await sidecar.sidecar.tellStatus();
  const news = nextEvent(page, 'news');
  await database.insert('news', { text: 'one' });
  await news;
  expect(sidecar.log.match(/operator's screen/g)).toHaveLength(1);
  await database.query('ALTER TABLE web_socketio_status DROP CONSTRAINT broken');
  await written(sidecar, database, ({ user_ids }) => user_ids.length > 0);
  expect(sidecar.log).toContain("The operator's screen in Odoo shows this sidecar again");
});

it('A role that got its rights from an older script gets those for the new table with the update', async () => {
  const database = await TestDatabase.create();
  const role = `sidecar_${database.name}`;
  await database.query(`DROP TABLE web_socketio_status; CREATE ROLE ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON web_socketio_sidecar TO ${role}`);
  onTestFinished(async () => void (await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)));
  await database.query(SCHEMA);
  const [right] = await database.query(
    `SELECT has_table_privilege('${role}', 'web_socketio_status', 'SELECT, INSERT, UPDATE, DELETE') AS has`,
  );
  expect(right).toEqual({ has: true });
});

it('A neutralized copy knows none of the sidecars of the original', async () => {
  const database = await TestDatabase.create();
  await database.query('CREATE TABLE IF NOT EXISTS ir_config_parameter (key text)');
  await database.query(`INSERT INTO web_socketio_status (id, version) VALUES (gen_random_uuid(), '0')`);
  await database.query(await readFile(NEUTRALIZE, 'utf8'));
  expect(await rows(database)).toEqual([]);
});

it('a copy whose tables are those of an older addon can be neutralized, too', async () => {
  const database = await TestDatabase.create();
  await database.query('CREATE TABLE IF NOT EXISTS ir_config_parameter (key text)');
  await database.query('DROP TABLE web_socketio_status, web_socketio_worker');
  await database.insert('news', {});
  await database.query(await readFile(NEUTRALIZE, 'utf8'));
  expect(await database.query('SELECT FROM web_socketio_message')).toEqual([]);
});
