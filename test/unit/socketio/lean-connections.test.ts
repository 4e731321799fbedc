import { connect as connectTcp } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';
import io2 from 'socket.io-client-2';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { Origins } from '../../../sidecar/src/lib/http/origins.ts';
import {
  forgetHandshake,
  forgetRequests,
  HandshakeRequest,
} from '../../../sidecar/src/socketio/connection/handshake-request.ts';
import { carryLean, sendTogether } from '../../../sidecar/src/socketio/connection/lean-connections.ts';
import { settle } from '../../../sidecar/src/socketio/connection/settling.ts';
import { WebSocketTransport } from '../../../sidecar/src/socketio/connection/web-socket-transport.ts';
import { HttpRouter } from '../../../sidecar/src/socketio/http/http-router.ts';
import { listen } from '../../../sidecar/src/socketio/http/listening.ts';
import { nextSocket } from '../../support/browser/browser-server.ts';

let server: Server;
let url: string;

/** A server of Socket.IO, as the sidecar has it. */
beforeEach(async () => {
  const router = new HttpRouter({
    origins: new Origins([]),
    readiness: () => ({ ready: true, report: {} }),
    metrics: async () => '',
    refusals: () => ({}),
    upgrade: () => false,
    refusal: () => null,
    refuse: () => undefined,
    warn: () => undefined,
  });
  server = new Server(router.server, { allowEIO3: true, maxHttpBufferSize: 1e7 });
  router.guard(() => true);
  carryLean(server.engine);
  forgetRequests(server.engine);
  await listen(router.server, { port: 0, host: '127.0.0.1' });
  const address = router.server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  onTestFinished(async () => {
    router.destroyConnections();
    await server.close();
  });
});

async function connect(transports: ('polling' | 'websocket')[] = ['websocket']) {
  const arrival = nextSocket(server.of('/'));
  const client = io(url, {
    ...{ transports, forceNew: true, reconnection: false, auth: { token: 'secret' } },
    extraHeaders: { cookie: 'session_id=long', 'x-forwarded-host': 'erp.example.com' },
  });
  onTestFinished(() => void client.disconnect());
  return { client, remote: await arrival };
}

function transportOf(remote: Socket): WebSocketTransport {
  const { transport } = remote.conn;
  if (!(transport instanceof WebSocketTransport)) throw new Error('Engine.IO made a transport of its own.');
  return transport;
}

it('carries texts and bytes both ways, an answer, and what is broadcast', async () => {
  const { client, remote } = await connect();
  transportOf(remote);
  remote.on('echo', (...args) => args.at(-1)(...args.slice(0, -1)));
  const bytes = Buffer.from([0, 1, 255]);
  const long = 'é–😀'.repeat(30_000);
  const [text, data] = await new Promise<unknown[]>((resolve) =>
    client.emit('echo', long, bytes, (...answer: unknown[]) => resolve(answer)),
  );
  expect([text, data]).toEqual([long, bytes]);
  const heard: unknown[] = [];
  client.on('news', (news) => heard.push(news));
  server.emit('news', 'for all');
  server.emit('news', bytes);
  remote.emit('news', 'é');
  await expect.poll(() => heard).toEqual(['for all', bytes, 'é']);
});

it('carries a connection that began with long-polling', async () => {
  const { client, remote } = await connect(['polling', 'websocket']);
  await expect.poll(() => remote.conn.transport.name).toBe('websocket');
  transportOf(remote);
  remote.emit('news', 1);
  await new Promise((resolve) => client.once('news', resolve));
});

it('knows how long the last answer to a ping took', async () => {
  server.engine.opts.pingInterval = 20;
  const { remote } = await connect();
  settle(remote);
  expect(transportOf(remote).latency).toBe(0);
  await expect.poll(() => transportOf(remote).latency).toBeGreaterThan(0);
  expect(transportOf(remote).latency).toBeLessThan(server.engine.opts.pingTimeout ?? 0);
});

it('leaves to Engine.IO the clients that the outbox cannot ping', async () => {
  const arrival = nextSocket(server.of('/'));
  const client = io2(url, { transports: ['websocket'], forceNew: true });
  onTestFinished(() => void client.close());
  const remote = await arrival;
  expect(remote.conn.transport).not.toBeInstanceOf(WebSocketTransport);
  expect(remote.handshake.query).toMatchObject({ EIO: '3' });
});

it('sends everything before it closes', async () => {
  const { client, remote } = await connect();
  const got: number[] = [];
  client.on('much', (text: string) => got.push(text.length));
  const gone = new Promise((resolve) => client.once('disconnect', resolve));
  for (let number = 0; number < 20; number += 1) remote.emit('much', 'x'.repeat(1_000_000));
  // Not all of it: the test would say nothing.
  expect(transportOf(remote).socket.bufferedAmount).toBeGreaterThan(0);
  remote.conn.close();
  await gone;
  expect(got).toEqual(Array(20).fill(1_000_000));
});

/** A client of version 4 that reads nothing: what it sends and gets is bytes. */
async function connectRaw(query = 'EIO=4&transport=websocket') {
  const stream = connectTcp({ port: Number(new URL(url).port), host: '127.0.0.1' });
  onTestFinished(() => void stream.destroy());
  stream.write(
    `GET /socket.io/?${query} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`,
  );
  stream.write('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n');
  return stream;
}

it('ends a client that does not read, and answers none of its pings meanwhile', async () => {
  const arrival = new Promise<Socket['conn']>((resolve) => server.engine.once('connection', resolve));
  await connectRaw();
  const connection = await arrival;
  const { transport } = connection;
  if (!(transport instanceof WebSocketTransport)) throw new Error('Engine.IO made a transport of its own.');
  for (let number = 0; number < 20; number += 1) connection.write('x'.repeat(1_000_000));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const gone = new Promise((resolve) => connection.request.socket.once('close', resolve));
  connection.close();
  expect(transport.socket.isPaused).toBe(true);
  vi.advanceTimersByTime(30_000);
  await gone;
  expect(vi.getTimerCount()).toBe(0);
});

it('says why a WebSocket is refused', async () => {
  const stream = await connectRaw('EIO=4&transport=websocket&sid=nobody');
  const parts: Buffer[] = [];
  stream.on('data', (part) => parts.push(part));
  await new Promise((resolve) => stream.once('close', resolve));
  expect(`${Buffer.concat(parts)}`).toMatch(/^HTTP\/1.1 400 .*Session ID unknown/s);
});

it('tells of a message that is too large', async () => {
  const { client, remote } = await connect();
  const closed = new Promise<unknown[]>((resolve) =>
    remote.conn.on('close', (...why: unknown[]) => resolve(why)),
  );
  client.emit('much', 'x'.repeat(2e7));
  const [reason, error] = await closed;
  expect(reason).toBe('transport error');
  expect(String(error)).toContain('Max payload size exceeded');
});

it('writes what is sent in one turn of the event loop in one piece', async () => {
  const { remote } = await connect();
  const { socket } = remote.conn.request;
  sendTogether(remote.conn);
  remote.emit('one');
  remote.emit('other');
  expect(socket.writableCorked).toBe(1);
  expect(socket.writableLength).toBeGreaterThan(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(socket.writableCorked).toBe(0);
});

it('keeps of a request only what is read later, and nobody else keeps the rest', async () => {
  const { remote } = await connect();
  const { request } = remote.conn;
  expect(request).toBeInstanceOf(HandshakeRequest);
  expect({ ...request.headers }).toEqual({
    host: new URL(url).host,
    origin: undefined,
    'x-forwarded-host': 'erp.example.com',
    'x-forwarded-proto': undefined,
  });
  // Another page by the same way shares them.
  expect((await connect()).remote.conn.request.headers).toBe(request.headers);
  // The response that Engine.IO makes for middlewares would wait for the end of the connection, with the request.
  expect(request.socket.rawListeners('close').filter((listener) => 'listener' in listener)).toEqual([]);
  forgetHandshake(remote);
  expect(JSON.stringify(remote.handshake)).not.toContain('secret');
});
