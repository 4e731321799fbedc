import type { Server, Socket } from 'socket.io';
import { io } from 'socket.io-client';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { FewMap } from '../../../sidecar/src/lib/few-map.ts';
import { forgetRequests } from '../../../sidecar/src/socketio/connection/handshake-request.ts';
import { carryLean } from '../../../sidecar/src/socketio/connection/lean-connections.ts';
import { settle } from '../../../sidecar/src/socketio/connection/settling.ts';
import { WebSocketTransport } from '../../../sidecar/src/socketio/connection/web-socket-transport.ts';
import { nextEvent, nextSocket, startServer } from '../../support/browser/browser-server.ts';

let server: Server;
let url: string;

beforeEach(async () => {
  const started = await startServer({ pingInterval: 200, pingTimeout: 10_000 });
  ({ io: server, url } = started);
  carryLean(server.engine);
  forgetRequests(server.engine);
});

async function connect(transport: 'websocket' | 'polling' = 'websocket', settled = true, upgrades = false) {
  const arrival = nextSocket(server.of('/'));
  const client = io(url, {
    transports: upgrades ? [transport, 'websocket'] : [transport],
    forceNew: true,
    reconnection: false,
  });
  onTestFinished(() => void client.disconnect());
  const remote = await arrival;
  remote.on('disconnect', noteEnd);
  if (settled) settle(remote);
  return { client, remote };
}

const ends: string[] = [];

function noteEnd(this: Socket, reason: string): void {
  ends.push(reason);
}

const tableOf = (emitter: object): unknown => Reflect.get(emitter, '_events');

it('lets connections share what is the same for all of them', async () => {
  const [one, other] = [await connect(), await connect()];
  const parts = [one, other].map(({ remote }) => {
    const { conn } = remote;
    const { transport } = conn;
    if (!(transport instanceof WebSocketTransport)) throw new Error('Engine.IO made a transport of its own.');
    return [remote, conn, transport, transport.socket];
  });
  const [some = [], others = []] = parts;
  // Where one is not shared, a library has a listener of its own for each connection: it takes half a kilobyte of each.
  expect(some.map((part, index) => tableOf(part) === tableOf(Object(others[index])))).toEqual(
    some.map(() => true),
  );
  const { client, acks } = Object(one.remote);
  expect([client.nsps, client.sockets, acks].map((map) => map instanceof FewMap)).toEqual([true, true, true]);
});

it('lets those share that become WebSockets later', async () => {
  const pages = [];
  for (let number = 0; number < 2; number += 1) {
    const page = await connect('polling', true, true);
    await expect.poll(() => page.remote.conn.transport).toBeInstanceOf(WebSocketTransport);
    const heard = nextEvent(page.remote, 'hello');
    page.client.emit('hello', 1);
    expect(await heard).toEqual([1]);
    pages.push(page);
  }
  const tables = pages.map(({ remote: { conn } }) => [conn, conn.transport].map(tableOf));
  expect(tables[1]?.map((table, index) => table === tables[0]?.[index])).toEqual([true, true]);
  const [page] = pages;
  page?.client.disconnect();
  await expect.poll(() => server.engine.clientsCount).toBe(1);
});

it.each(['websocket', 'polling'] as const)('carries what it carried, by %s', async (transport) => {
  const { client, remote } = await connect(transport);
  remote.on('echo', (value, answer) => answer(value));
  const bytes = Buffer.from([0, 1, 255]);
  expect(await client.emitWithAck('echo', bytes)).toEqual(bytes);
  client.on('question', (value, answer) => answer(value + 1));
  expect(await remote.emitWithAck('question', 1)).toBe(2);
  // Its heartbeat goes on.
  await new Promise((resolve) => remote.conn.once('heartbeat', resolve));
  await new Promise((resolve) => remote.conn.once('heartbeat', resolve));
  expect(client.connected).toBe(true);
});

it('has place for more namespaces, of which each ends by itself', async () => {
  const { client, remote } = await connect();
  const arrival = nextSocket(server.of('/second'));
  const second = client.io.socket('/second');
  const other = await arrival;
  settle(other);
  expect(other.conn).toBe(remote.conn);
  const heard = nextEvent(other, 'hello');
  second.emit('hello', 1);
  expect(await heard).toEqual([1]);
  const gone = nextEvent(remote, 'disconnect');
  client.disconnect();
  await gone;
  const again = nextEvent(other, 'hello');
  second.emit('hello', 2);
  expect(await again).toEqual([2]);
});

type Page = Awaited<ReturnType<typeof connect>>;

/** How a connection can end. */
const ENDS: Record<string, (page: Page) => unknown> = {
  'the page leaves': ({ client }) => client.disconnect(),
  'the page leaves the namespace': ({ client }) =>
    Reflect.apply(Reflect.get(client, 'packet'), client, [{ type: 1 }]),
  'its socket is ended': ({ remote }) => remote.disconnect(),
  'its connection is ended': ({ remote }) => remote.conn.close(),
  'its client is ended': ({ remote: { client } }) => Reflect.apply(Reflect.get(client, 'close'), client, []),
  'its WebSocket is closed': ({ client }) => client.io.engine.close(),
  'it sends too much': ({ client }) => client.emit('much', 'x'.repeat(2e6)),
};

async function endOf(end: (page: Page) => unknown, settled: boolean): Promise<readonly unknown[]> {
  const page = await connect('websocket', settled);
  ends.length = 0;
  const { conn } = page.remote;
  const gone = new Promise<unknown>((resolve) => conn.on('close', resolve));
  const left = nextEvent(page.remote, 'disconnect');
  end(page);
  await left;
  if (conn.readyState === 'open') conn.close();
  const counts = [server.of('/').sockets.size, server.of('/').adapter.sids.size];
  const reason = await gone;
  // Engine.IO's own list, from which it is taken by a listener that all share.
  return [
    ...ends,
    reason,
    server.engine.clientsCount,
    ...Object.keys(Object(server.engine).clients),
    ...counts,
  ];
}

it.each(Object.entries(ENDS))('ends as others do when %s', async (_name, end) => {
  const others = await endOf(end, false);
  expect(others).toHaveLength(5);
  expect(await endOf(end, true)).toEqual(others);
});

it('keeps nothing of the last message that came', async () => {
  const { client, remote } = await connect();
  const heard = nextEvent(remote, 'hello');
  client.emit('hello', 1);
  await heard;
  const { transport } = remote.conn;
  const { _receiver: receiver } = Object(Object(transport).socket);
  // Fails if ws keeps its mask elsewhere: it had one.
  expect(Object.keys(receiver)).toEqual(expect.arrayContaining(['_mask', '_buffers']));
  expect([receiver._mask, receiver._buffers]).toEqual([undefined, []]);
});
