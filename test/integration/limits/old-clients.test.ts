import io1 from 'socket.io-client-1';
import io2 from 'socket.io-client-2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askHttp } from '../../support/network/http-answer.ts';
import { RawWebSocket } from '../../support/network/raw-web-socket.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { type TestSettings, TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const MODULE = `
import { AbstractAdapter, OpenERPNameSpace, SocketIO, SocketIOError } from 'web_socketio';
class News extends AbstractAdapter {
  static channel = 'news';
  static mode = 'each';
}
class Work extends AbstractAdapter {
  static channel = 'work';
}
class Mine extends OpenERPNameSpace {
  recvConnect() {
    this.spawn('news', 'web_socketio_demo', async () => {
      for await (const messages of this.messages(News)) await this.secureEmit(News, 'news', messages);
    });
  }
  on_who() { return [this.uid, 'mine']; }
  on_echo(...args) { return args; }
  on_is_same(text) { return text === 'ä€🎉' || text; }
  on_fail() { throw new SocketIOError('sold_out', 'There are 3 left.'); }
  on_shout(text) { return this.broadcastEvent('heard', text); }
  async on_work() {
    for await (const messages of this.messages(Work)) await this.secureEmit(Work, 'work', messages);
  }
}
class Other extends OpenERPNameSpace {
  on_who() { return [this.uid, 'other']; }
}
SocketIO.addNamespace('/mine', Mine);
SocketIO.addNamespace('/other', Other);
`;

describe.each([
  ['1.7.4', io1],
  ['2.5.0', io2],
] as const)('A client of Socket.IO %s', (_, io) => {
  async function start(settings: TestSettings = {}) {
    const database = await TestDatabase.create();
    const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE }, settings);
    await expect.poll(() => sidecar.log).toContain('Connected to PostgreSQL');
    const token = await database.addToken({ uid: 7 });
    const errors: unknown[] = [];
    /** As docs/api/script.md says: the database in the query, the token by an event. */
    const open = (path: string, transports: readonly string[] = ['websocket'], db = database.name) => {
      const options = { query: { db }, transports, reconnection: false, forceNew: true };
      const socket = io(`${sidecar.url}${path}`, options);
      onTestFinished(() => void socket.close());
      socket.on('error', (error) => errors.push(error));
      socket.on('get session id', () => socket.emit('session id', { token }));
      return socket;
    };
    return { database, sidecar, token, errors, open };
  }
  const ask = (socket: OldSocket, event: string, ...args: unknown[]) =>
    new Promise((resolve) => void socket.emit(event, ...args, resolve));

  it.each([
    [['websocket'], 'websocket'],
    [['polling'], 'polling'],
    [['polling', 'websocket'], 'websocket'],
  ])('is served over %j', async (transports, carried) => {
    const { database, errors, open } = await start();
    const socket = open('/mine', transports);
    const news: unknown[] = [];
    const work: unknown[] = [];
    const heard: unknown[] = [];
    let refusals = 1;
    socket.on('heard', (text) => heard.push(text));
    socket.on('news', (messages, acknowledge) => {
      news.push(messages);
      if (typeof acknowledge === 'function') acknowledge({ ok: true });
    });
    socket.on('work', (messages, acknowledge) => {
      work.push(messages);
      refusals -= 1;
      if (typeof acknowledge === 'function') acknowledge({ ok: refusals < 0 });
    });
    await expect.poll(() => socket.connected).toBe(true);
    // Not before its session is known.
    await expect.poll(() => ask(socket, 'who')).toEqual([7, 'mine']);
    await expect.poll(() => socket.io.engine.transport.name).toBe(carried);
    expect(await ask(socket, 'echo', 'ä€🎉', { deep: [1, null, Buffer.from('\0\xff', 'latin1')] })).toEqual([
      'ä€🎉',
      { deep: [1, null, expect.toSatisfy((data) => Buffer.from(data).equals(Buffer.from([0, 255])))] },
    ]);
    expect(await ask(socket, 'is same', 'ä€🎉')).toBe(true);
    expect(await ask(socket, 'fail')).toEqual({
      ok: false,
      code: 'sold_out',
      message: 'There are 3 left.',
    });
    await database.insert('news', { text: 'one — ✓' });
    await expect.poll(() => news).toEqual([[{ text: 'one — ✓' }]]);
    socket.emit('work');
    await database.insert('work', { task: 1 });
    // Refused once, it is offered again, and confirmed is gone.
    await expect.poll(() => work).toEqual([[{ task: 1 }], [{ task: 1 }]]);
    await expect
      .poll(() => database.query(`SELECT 1 FROM web_socketio_message WHERE channel = 'work'`))
      .toEqual([]);
    socket.emit('shout', 'hëllo — 🎉');
    await expect.poll(() => heard).toEqual(['hëllo — 🎉']);
    expect(errors).toEqual([]);
  });

  it('has several namespaces over one connection, with its token in the query, too', async () => {
    const { database, sidecar, token, errors } = await start();
    const query = { db: database.name, token };
    const options = { query, transports: ['websocket'], reconnection: false };
    const sockets = ['/mine', '/other'].map((path) => io(`${sidecar.url}${path}`, options));
    onTestFinished(() => {
      for (const socket of sockets) socket.close();
    });
    for (const socket of sockets) socket.on('error', (error) => errors.push(error));
    expect(await Promise.all(sockets.map((socket) => ask(socket, 'who')))).toEqual([
      [7, 'mine'],
      [7, 'other'],
    ]);
    expect(sockets[0]?.io).toBe(sockets[1]?.io);
    expect(await (await fetch(`${sidecar.url}/metrics`)).text()).toMatch(/^web_socketio_pages 1$/m);
    expect(errors).toEqual([]);
  });

  it.each(['websocket', 'polling'])('is shown the code of a refusal over %s', async (transport) => {
    const { errors, open } = await start();
    open('/nobody', [transport]);
    await expect
      .poll(() => errors)
      .toEqual([{ code: 'namespace_unknown', message: expect.stringContaining("'/nobody'"), retry: false }]);
    open('/mine', [transport], 'no_such_database');
    await expect
      .poll(() => errors)
      .toEqual([
        expect.anything(),
        { code: 'database_unknown', message: expect.stringContaining('no_such_database'), retry: false },
      ]);
  });

  it('that asks for no namespace is told so', async () => {
    const { open } = await start();
    const socket = open('/');
    await expect.poll(() => socket.connected).toBe(true);
    expect(await ask(socket, 'who')).toEqual({
      ok: false,
      code: 'namespace_unknown',
      message: expect.stringContaining("'/'"),
    });
  });

  it('hears why it is sent away', async () => {
    const { sidecar, open } = await start({ drainSeconds: 1 });
    const socket = open('/mine');
    const ends: unknown[] = [];
    socket.on('web_socketio.end', (reason) => ends.push(reason));
    socket.on('disconnect', () => ends.push('disconnect'));
    await expect.poll(() => ask(socket, 'who')).toEqual([7, 'mine']);
    await sidecar.sidecar.stop();
    await expect
      .poll(() => ends)
      .toEqual([{ code: 'draining', message: expect.any(String), retry: true }, 'disconnect']);
  });
});

it('Neither Socket.IO 0.9 nor a version to come is served, and both are told so, once in the log', async () => {
  const database = await TestDatabase.create();
  const sidecar = await TestSidecar.start(database, { web_socketio_demo: MODULE });
  const refused = { code: 'client_unsupported', message: expect.stringContaining('docs/api/script.md') };
  for (const path of [
    '/socket.io/1/?t=1',
    '/socketio/1/?t=1',
    '/socket.io/1/websocket/x',
    '/socket.io/?EIO=5&transport=polling',
    '/socket.io/?EIO=&transport=polling',
    '/socket.io/?transport=polling',
  ]) {
    const { status, text } = await askHttp(`${sidecar.url}${path}`);
    expect([path, status, JSON.parse(text)]).toEqual([path, 400, refused]);
  }
  expect((await RawWebSocket.open(sidecar.url, {}, 'EIO=5')).status).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  expect(sidecar.log.match(/WARNING \? web_socketio: client_unsupported: /g)).toHaveLength(1);
});
