import { expect, it } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { nextDisconnect, nextReconnect, openPageOf, whileAway } from '../../support/browser/browser-page.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { nextEvent, outcome, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';
class Mine extends AbstractAdapter {
  static channel = 'mine';
  static mode = 'each';
  format(message) { return message.values.text; }
}
class MyNameSpace extends OpenERPNameSpace {
  async recvConnect() {
    for (;;) await this.secureEmit(Mine, 'text', await this.listen(Mine));
  }
}
SocketIO.addNamespace('/mine', MyNameSpace);
class Sevens extends AbstractAdapter {
  static channel = 'mine';
  static mode = 'each';
  static key = 'to';
  format(message) { return message.values.text; }
}
SocketIO.addNamespace('/sevens', class extends OpenERPNameSpace {
  async recvConnect() {
    for (;;) await this.secureEmit(Sevens, 'text', await this.listen(Sevens, 7));
  }
});
`;
const modules = { web_socketio_demo: MODULE };

async function start(nameSpace = '/mine') {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, modules);
  const { page } = openPageOf(database, sidecar.url);
  const socket = new SocketIO(nameSpace, page);
  const texts: string[] = [];
  const resyncs: unknown[] = [];
  socket.on('text', (got: string[]) => texts.push(...got));
  socket.on('resync', (reason: unknown) => resyncs.push(reason));
  await expect.poll(() => socket.connected).toBe(true);
  const away = (meanwhile: () => Promise<unknown>) => whileAway(page, socket, meanwhile);
  return { database, sidecar, page, socket, texts, resyncs, away };
}

it('gives a page that comes back what it missed, in order and once', async () => {
  const { database, texts, resyncs, away } = await start();
  await database.insert('mine', { text: 'before' });
  await expect.poll(() => texts).toEqual(['before']);
  await away(async () => {
    await database.insert('mine', { text: 'missed' });
    await database.insert('mine', { text: 'too' });
  });
  await database.insert('mine', { text: 'after' });
  await expect.poll(() => texts).toEqual(['before', 'missed', 'too', 'after']);
  expect(resyncs).toEqual([]);
});

it('misses nothing that commits before its first message came', async () => {
  const { database, texts, away } = await start();
  await away(() => database.insert('mine', { text: 'missed' }));
  await expect.poll(() => texts).toEqual(['missed']);
});

it('goes on with another sidecar, and with one that was started later', async () => {
  const { database, sidecar, page, socket, texts, resyncs } = await start();
  await database.insert('mine', { text: 'first' });
  await expect.poll(() => texts).toEqual(['first']);
  const { hostname, port } = new URL(sidecar.url);
  const gone = nextDisconnect(socket);
  const back = nextReconnect(socket);
  await sidecar.sidecar.stop();
  await gone;
  await database.insert('mine', { text: 'nobody listened' });
  await TestSidecar.start(database, modules, { interface: hostname, port: Number(port) });
  await back;
  await database.insert('mine', { text: 'last' });
  await expect.poll(() => texts).toEqual(['first', 'nobody listened', 'last']);
  expect(resyncs).toEqual([]);
  page.end();
});

it('says that messages were missed, once and without a part of them, when some were deleted for their age', async () => {
  const { database, sidecar, socket, texts, resyncs } = await start();
  await database.insert('mine', { text: 'first' });
  await expect.poll(() => texts).toEqual(['first']);
  const { hostname, port } = new URL(sidecar.url);
  const gone = nextDisconnect(socket);
  await sidecar.sidecar.stop();
  await gone;
  await database.insert('mine', { text: 'old' });
  await database.insert('mine', { text: 'young' });
  await database.query(`
    WITH gone AS (DELETE FROM web_socketio_message WHERE "values" ->> 'text' = 'old' RETURNING txid)
    UPDATE web_socketio_state SET purged_txid = (SELECT txid FROM gone)`);
  const back = nextReconnect(socket);
  await TestSidecar.start(database, modules, { interface: hostname, port: Number(port) });
  await back;
  await expect.poll(() => resyncs).toEqual([{ reason: 'retention', channel: 'mine' }]);
  await database.insert('mine', { text: 'new' });
  await expect.poll(() => texts).toEqual(['first', 'new']);
  expect(resyncs).toHaveLength(1);
});

it('misses nothing of a flood for others that came before its sidecar was stopped', async () => {
  const { database, sidecar, socket, texts, resyncs } = await start('/sevens');
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values")
     SELECT 'mine', '{"to": 8}' FROM generate_series(1, 10001)`,
  );
  const metrics = async () => (await fetch(`${sidecar.url}/metrics`)).text();
  await expect.poll(metrics).toContain(`web_socketio_read_total{db="${database.name}"} 10001`);
  const { hostname, port } = new URL(sidecar.url);
  const gone = nextDisconnect(socket);
  await sidecar.sidecar.stop();
  await gone;
  await database.insert('mine', { to: 7, text: 'mine' });
  const back = nextReconnect(socket);
  await TestSidecar.start(database, modules, { interface: hostname, port: Number(port) });
  await back;
  await expect.poll(() => [texts, resyncs]).toEqual([['mine'], []]);
});

/** Stops the sidecar, starts another one at its address when so many messages came in one transaction, and waits for the page. */
async function floodMeanwhile(
  { database, sidecar, socket }: Awaited<ReturnType<typeof start>>,
  count: number,
): Promise<void> {
  const { hostname, port } = new URL(sidecar.url);
  const gone = nextDisconnect(socket);
  await sidecar.sidecar.stop();
  await gone;
  await database.query(
    `INSERT INTO web_socketio_message (channel, "values")
     SELECT 'mine', json_build_object('text', n::text) FROM generate_series(1, $1::int) AS n`,
    [count],
  );
  const back = nextReconnect(socket);
  await TestSidecar.start(database, modules, { interface: hostname, port: Number(port) });
  await back;
}

it('gives a page that missed a flood all of it, while it is no more than a replay', async () => {
  const started = await start();
  const { database, texts, resyncs } = started;
  await floodMeanwhile(started, 10_000);
  await expect.poll(() => texts.length).toBe(10_000);
  await database.insert('mine', { text: 'after' });
  await expect.poll(() => texts.length).toBe(10_001);
  expect(texts).toEqual([...Array.from({ length: 10_000 }, (_, index) => `${index + 1}`), 'after']);
  expect(resyncs).toEqual([]);
});

it('tells a page once that it missed more than a replay, and gives it no part', async () => {
  const started = await start();
  const { database, texts, resyncs } = started;
  await floodMeanwhile(started, 10_001);
  await expect.poll(() => resyncs).toEqual([{ reason: 'overflow', channel: 'mine' }]);
  await database.insert('mine', { text: 'after' });
  await expect.poll(() => texts).toEqual(['after']);
  expect(resyncs).toHaveLength(1);
});

it.each(['*', 'web_socketio_demo.Mine'])(
  'tells a page to load its data again whose position %j has the form of an older release',
  async (name) => {
    const database = await TestDatabase.create();
    const sidecar = await TestSidecar.start(database, modules);
    await sidecar.connect('/mine', database.name, await database.addToken());
    const positions = { [name]: { epoch: 'here', snapshot: '9:9:', ids: [] } };
    const auth = { db: database.name, token: await database.addToken(), positions };
    const socket = sidecar.open('/mine', auth);
    const told = nextEvent(socket, 'resync');
    expect(await outcome(socket)).toBeNull();
    expect(await told).toEqual([{ reason: 'epoch' }]);
  },
);
