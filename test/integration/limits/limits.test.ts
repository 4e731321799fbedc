import { fileURLToPath } from 'node:url';
import type { Socket } from 'socket.io-client';
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../../sidecar/src/config/settings.ts';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { makeAddons, nextEvent, outcome, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { LongPollingNameSpace } from 'web_longpolling';
import { AbstractAdapter, OpenERPNameSpace, SocketIO } from 'web_socketio';

const waiting = [];
class Mine extends OpenERPNameSpace {
  on_echo(value) { return value; }
  on_wait() { return new Promise((resolve) => waiting.push(resolve)); }
  on_go() { for (const resolve of waiting.splice(0)) resolve('gone'); }
  on_pour(count, size) { for (let n = 0; n < count; n += 1) this.emit('drop', n, 'x'.repeat(size)); }
}
SocketIO.addNamespace('/mine', Mine);
for (let n = 0; n < 5; n += 1) SocketIO.addNamespace('/more' + n, class extends OpenERPNameSpace {});

class News extends AbstractAdapter {
  static channel = 'news';
  static mode = 'each';
}
const follow = (session) => {
  session.emit('following');
  return session.listen();
};
LongPollingNameSpace.on('follow', { adapterClass: News }, follow);
for (let n = 0; n < 3; n += 1) LongPollingNameSpace.on('follow three', { adapterClass: News }, follow);
for (let n = 0; n < 5; n += 1) LongPollingNameSpace.on('news', { adapterClass: News, eventtype: 'connect' }, follow);
`;

const ADDONS = fileURLToPath(new URL('../../../addon', import.meta.url));

async function start(limits: Partial<Limits> = {}) {
  const database = await TestDatabase.create();
  const addonsPath = [await makeAddons({ base: MODULE }), ADDONS];
  const sidecar = await TestSidecar.start(database, {}, { addonsPath, limits });
  const auth = async (uid = 2) => ({ db: database.name, token: await database.addToken({ uid }) });
  const connect = async (path = '/mine') =>
    sidecar.connect(path, database.name, await database.addToken({ uid: 2 }));
  return { database, sidecar, auth, connect };
}

async function follow(socket: Socket): Promise<void> {
  const following = nextEvent(socket, 'following');
  socket.emit('follow');
  await following;
}

describe.each(['websocket', 'polling'] as const)('Over %s', (transport) => {
  it('a message that is too large closes its connection, and no other', async () => {
    const { sidecar, connect } = await start({ messageBytes: 50_000 });
    sidecar.transport = transport;
    const [socket, other] = [await connect(), await connect()];
    expect(await socket.emitWithAck('echo', 'x'.repeat(49_000))).toHaveLength(49_000);
    const gone = nextEvent(socket, 'disconnect');
    socket.emit('echo', 'x'.repeat(51_000));
    await gone;
    await expect.poll(() => sidecar.log).toContain('message_too_large: ');
    expect(await other.emitWithAck('echo', 1)).toBe(1);
  });

  it('events beyond the limit are refused, and a page that goes on is sent away to come back', async () => {
    const { sidecar, connect } = await start({ eventsPerSecond: 1 });
    sidecar.transport = transport;
    // In this order: each second since it has connected allows another event.
    const [other, socket] = [await connect(), await connect()];
    const end = nextEvent(socket, 'web_socketio.end');
    const gone = nextEvent(socket, 'disconnect');
    const answers = await Promise.all(Array.from({ length: 15 }, (_, n) => socket.emitWithAck('echo', n)));
    expect(answers.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const answer of answers.slice(12))
      expect(answer).toMatchObject({ ok: false, code: 'too_many_events' });
    for (let n = 0; n < 15; n += 1) socket.emit('session id', 'wsio_another');
    expect(await end).toMatchObject([{ code: 'too_many_events', retry: true }]);
    await gone;
    expect(await other.emitWithAck('echo', 1)).toBe(1);
    // Once when it began, once when it ended.
    expect(sidecar.log.match(/too_many_events: /g)).toHaveLength(2);
  });

  it('pages of other origins are refused if origins are named', async () => {
    const { sidecar, auth } = await start({ origins: ['https://erp.example.com', 'intranet', 'intern:81'] });
    const let_in = async (origin?: string) => {
      const socket = sidecar.open('/mine', await auth());
      socket.io.opts.transports = [transport];
      socket.io.opts.extraHeaders = origin === undefined ? {} : { Origin: origin };
      const refusal = await outcome(socket);
      return refusal === null || refusal.code !== 'transport';
    };
    for (const origin of [undefined, 'https://erp.example.com', 'http://intranet', 'http://intranet:8069'])
      expect([origin, await let_in(origin)]).toEqual([origin, true]);
    for (const origin of [
      'https://evil.example',
      'http://erp.example.com',
      'http://intern',
      'null',
      'intranet',
    ])
      expect([origin, await let_in(origin)]).toEqual([origin, false]);
    expect(sidecar.log).toContain('origin_refused: Pages of "https://evil.example" may not connect');
  });
});

it('answers another origin with 403 and a code, and names only origins that may connect to browsers', async () => {
  const { sidecar } = await start({ origins: ['https://erp.example.com'] });
  const url = `${sidecar.url}/socket.io/?EIO=4&transport=polling`;
  const refused = await fetch(url, { headers: { Origin: 'https://evil.example' } });
  expect(refused.status).toBe(403);
  expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  expect(await refused.json()).toMatchObject({ code: 'origin_refused' });
  const served = await fetch(url, { headers: { Origin: 'https://erp.example.com' } });
  expect(served.status).toBe(200);
  expect(served.headers.get('access-control-allow-origin')).toBe('https://erp.example.com');
  const webSocket = await RawWebSocket.open(sidecar.url, { Origin: 'https://evil.example' });
  expect(webSocket.status).toContain('HTTP/1.1 403 Forbidden');
  await webSocket.closed;
});

it('says who may connect to what asks by requests, and opens WebSockets without ado', async () => {
  const { sidecar } = await start();
  const Origin = 'https://erp.example.com';
  const asked = await fetch(`${sidecar.url}/socket.io/?EIO=4&transport=polling`, {
    method: 'OPTIONS',
    headers: { Origin, 'Access-Control-Request-Method': 'POST' },
  });
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe('*');
  const webSocket = await RawWebSocket.open(sidecar.url, { Origin });
  expect(webSocket.status).toContain('HTTP/1.1 101');
  expect(webSocket.status).not.toContain('Access-Control');
});

it('hears what comes with the request for a WebSocket', async () => {
  const { sidecar, auth, connect } = await start();
  await connect();
  const webSocket = await RawWebSocket.open(sidecar.url, {}, 'EIO=4', [
    `40/mine,${JSON.stringify(await auth())}`,
  ]);
  expect(await webSocket.next((message) => message.startsWith('4'))).toContain('40/mine,{"sid":');
});

it('tells a client over WebSocket by the code 1009 that its message was too large', async () => {
  const { sidecar, auth, connect } = await start({ messageBytes: 2_000 });
  await connect();
  const raw = await RawWebSocket.connect(sidecar.url, '/mine', await auth());
  raw.send(`42/mine,["echo","${'x'.repeat(2_000)}"]`);
  await raw.closed;
  expect(raw.closeCode).toBe(1009);
});

it('refuses events while too many of a socket are being handled', async () => {
  const { connect } = await start({ handlers: 3 });
  const [socket, other] = [await connect(), await connect()];
  const waits = [1, 2, 3].map(() => socket.emitWithAck('wait'));
  expect(await socket.emitWithAck('echo', 1)).toMatchObject({ ok: false, code: 'too_many_handlers' });
  expect(await other.emitWithAck('echo', 1)).toBe(1);
  await other.emitWithAck('go');
  expect(await Promise.all(waits)).toEqual(['gone', 'gone', 'gone']);
  expect(await socket.emitWithAck('echo', 1)).toBe(1);
});

it('counts the handlers of long-polling events, but not those that run since the page connected', async () => {
  const { connect } = await start({ handlers: 3 });
  const socket = await connect('/longpolling');
  for (let n = 0; n < 3; n += 1) await follow(socket);
  expect(await socket.emitWithAck('follow')).toMatchObject({ ok: false, code: 'too_many_handlers' });
  await socket.emitWithAck('stop event', 'follow');
  await follow(socket);
});

it('starts none of the handlers of a long-polling event that has more of them than may run', async () => {
  const { connect } = await start({ handlers: 3 });
  const socket = await connect('/longpolling');
  const started: unknown[] = [];
  socket.on('following', () => started.push('following'));
  socket.emit('follow three');
  await expect.poll(() => started).toHaveLength(3);
  expect(await socket.emitWithAck('follow three')).toMatchObject({ ok: false, code: 'too_many_handlers' });
  expect(started).toHaveLength(3);
  await socket.emitWithAck('stop event', 'follow three');
  socket.emit('follow three');
  await expect.poll(() => started).toHaveLength(6);
});

it('cuts off a page that does not read, for good and without waiting for it', async () => {
  const { sidecar, auth, connect } = await start({ queueBytes: 100_000 });
  const other = await connect();
  const raw = await RawWebSocket.connect(sidecar.url, '/mine', await auth(5));
  raw.tcp.pause();
  // More than all buffers of the system hold.
  for (let n = 0; n < 50; n += 1) raw.send('42/mine,["pour",10,50000]');
  await expect
    .poll(() => sidecar.log)
    .toMatch(/user 5: client_slow: \d+ bytes wait for a page that does not read/);
  // A polite close would wait for the page, which reads nothing.
  const metrics = async () => (await fetch(`${sidecar.url}/metrics`)).text();
  await expect.poll(metrics).toContain('web_socketio_pages 1\n');
  raw.tcp.resume();
  await raw.closed;
  expect(sidecar.log.match(/client_slow/g)).toHaveLength(1);
  expect(await other.emitWithAck('echo', 1)).toBe(1);
});

it('… although it answers the heartbeats which it did not read', async () => {
  const { sidecar, auth, connect } = await start({ queueBytes: 100_000 });
  // Until PostgreSQL is there, who connects is refused.
  await connect();
  const raw = await RawWebSocket.connect(sidecar.url, '/mine', await auth(5));
  raw.tcp.pause();
  for (let n = 0; n < 50; n += 1) {
    raw.send('42/mine,["pour",10,50000]');
    for (let pong = 0; pong < 20; pong += 1) raw.send('3');
  }
  await expect.poll(() => sidecar.log).toContain('user 5: client_slow: ');
});

it('sends one packet of any size to a page that reads', async () => {
  const { connect } = await start({ queueBytes: 1_000 });
  const socket = await connect();
  const drop = nextEvent(socket, 'drop');
  socket.emit('pour', 1, 500_000);
  expect((await drop)[1]).toHaveLength(500_000);
});

it('cuts off a page over long-polling that no longer asks', async () => {
  const { sidecar, connect, database } = await start({ queueBytes: 100_000 });
  sidecar.transport = 'polling';
  await connect();
  const url = `${sidecar.url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
  const post = async (body: string) => fetch(`${url}&sid=${sid}`, { method: 'POST', body });
  const token = await database.addToken({ uid: 6 });
  await post(`40/mine,${JSON.stringify({ db: database.name, token })}`);
  expect(await (await fetch(`${url}&sid=${sid}`)).text()).toContain('40/mine,');
  await post('42/mine,["pour",20,50000]');
  await expect.poll(() => sidecar.log).toContain('user 6: client_slow: ');
  expect((await fetch(`${url}&sid=${sid}`)).status).toBe(400);
});

it('refuses namespaces beyond the limit of a connection, and takes others when some are gone', async () => {
  const { sidecar, auth, connect } = await start({ namespaces: 3 });
  await connect();
  const own = await auth();
  const raw = await RawWebSocket.connect(sidecar.url, '/mine', own);
  const proof = JSON.stringify(own);
  // One that was refused takes no place.
  raw.send('40/more0,');
  expect(await raw.next((message) => message.startsWith('44/more0'))).toContain('database_unknown');
  for (const n of [1, 2, 3]) raw.send(`40/more${n},${proof}`);
  expect(await raw.next((message) => message.includes('too_many_namespaces'))).toMatch(/^44\/more3,/);
  await raw.next((message) => message.startsWith('40/more1,'));
  raw.send('41/more1,');
  raw.send(`40/more3,${proof}`);
  await raw.next((message) => message.startsWith('40/more3,'));
});

it('survives ten thousand namespaces on one connection, and one that is connected ten thousand times', async () => {
  const { sidecar, auth, connect } = await start({ packetsPerSecond: 100_000 });
  const other = await connect();
  const own = await auth();
  const raw = await RawWebSocket.connect(sidecar.url, '/mine', own);
  const proof = JSON.stringify(own);
  for (let n = 0; n < 10_000; n += 1) raw.send(`40/none${n},${proof}`);
  await raw.next((message) => message.startsWith('44/none9999,'));
  for (let n = 0; n < 10_000; n += 1) raw.send(`40/more0,${proof}`);
  await raw.next((message) => message.startsWith('44/more0,') && message.includes('too_many_namespaces'));
  expect(await other.emitWithAck('echo', 1)).toBe(1);
});

it('cuts off a connection that floods the sidecar with packets of no use', async () => {
  const { sidecar, auth, connect } = await start({ packetsPerSecond: 100 });
  const other = await connect();
  const raw = await RawWebSocket.connect(sidecar.url, '/mine', await auth(5));
  for (let n = 0; n < 2_000; n += 1) raw.send('43/mine,4711[]');
  await raw.closed;
  expect(sidecar.log.match(/user 5: too_many_packets: /g)).toHaveLength(1);
  expect(await other.emitWithAck('echo', 1)).toBe(1);
});
