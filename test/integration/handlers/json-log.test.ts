import { expect, it } from 'vitest';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { type TestSettings, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO, SocketIOError } from 'web_socketio';
class Work extends AbstractAdapter { static channel = 'work'; }
SocketIO.addNamespace('/mine', class extends OpenERPNameSpace {
  async recvConnect() { for await (const work of this.messages(Work)) throw new Error('a bug'); }
  on_throw() { throw new Error('the till is open'); }
  on_refuse() { this.listenLater = this.spawn('later', 'base', () => { throw new SocketIOError('sold_out', 'None.'); }); }
});
`;

async function start(settings: TestSettings = {}) {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { base: MODULE }, { logFormat: 'json', ...settings });
  const entries = (code: string) =>
    sidecar.lines.map((line) => JSON.parse(line)).filter((entry) => entry.code === code);
  return { database, sidecar, entries };
}

it('names for each failure of a handler its code, its event, its addon and its user', async () => {
  const { database, sidecar, entries } = await start();
  const socket = await sidecar.connect('/mine', database.name, await database.addToken({ uid: 7 }));
  await socket.emitWithAck('throw');
  expect(entries('handler_failed')).toEqual([
    expect.objectContaining({
      level: 'WARNING',
      db: database.name,
      message: 'the till is open',
      ...{ path: '/mine', event: 'throw', addon: 'base', user: 7 },
      stack: expect.stringContaining('Error: the till is open\n'),
    }),
  ]);
  await socket.emitWithAck('refuse');
  await expect.poll(() => entries('sold_out')).toMatchObject([{ event: 'later', user: 7, message: 'None.' }]);
});

it('names for a message that failed too often its queue and its id', async () => {
  const { database, sidecar, entries } = await start({ maxAttempts: 1 });
  await sidecar.connect('/mine', database.name, await database.addToken());
  await database.insert('work', { n: 1 });
  await expect
    .poll(() => entries('message_dead'))
    .toMatchObject([{ level: 'WARNING', db: database.name, channel: 'work', messageId: expect.any(String) }]);
});

it('names the user whose connection is cut', async () => {
  const { database, sidecar, entries } = await start({ limits: { packetsPerSecond: 100 } });
  await sidecar.connect('/mine', database.name, await database.addToken());
  const auth = { db: database.name, token: await database.addToken({ uid: 5 }) };
  const raw = await RawWebSocket.connect(sidecar.url, '/mine', auth);
  for (let n = 0; n < 2_000; n += 1) raw.send('43/mine,4711[]');
  await raw.closed;
  expect(entries('too_many_packets')).toMatchObject([{ db: database.name, user: 5 }]);
});

it('gives every warning and every error a code', async () => {
  const { sidecar } = await start();
  await expect.poll(() => sidecar.log).toContain('"Connected to PostgreSQL"');
  const entries = sidecar.lines.map((line) => JSON.parse(line));
  expect(entries.filter(({ level, code }) => level !== 'INFO' && code === undefined)).toEqual([]);
  expect(entries.find(({ level }) => level === 'INFO')).not.toHaveProperty('code');
});
