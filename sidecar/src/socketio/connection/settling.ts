import type { Socket } from 'socket.io';
import { FewMap } from '../../lib/few-map.ts';
import { shareListeners } from '../../lib/shared-listeners.ts';
import { forgetHandshake } from './handshake-request.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

type Connection = Socket['conn'];
type Client = Socket['client'];

const CLIENT = Symbol('client');

/** What is put on a connection: Socket.IO's end of it. */
interface Marked {
  readonly protocol: number;
  [CLIENT]?: Client;
}

/**
 * A socket is connected, and idle more often than not: from now on it shares with the others what is the same for all of
 * them. Socket.IO 4.8 and Engine.IO 6.6 have, for each connection, four functions of the client, five of the transport with a
 * sixth to take them off, maps for the one namespace that it has, and tables of all those functions: 4 KB in all. They have no public
 * way for less; `settling.test.ts` fails where they are made differently.
 */
export function settle(socket: Socket): void {
  const { client, conn } = socket;
  forgetHandshake(socket);
  settleMap(socket, 'acks');
  settleClient(client, conn);
  settleTransport(conn);
  // Of several namespaces the first does this.
  if (conn.transport.name === 'polling' && !conn.listeners('upgrade').includes(onUpgrade))
    conn.on('upgrade', onUpgrade);
  shareListeners(conn);
  shareListeners(socket);
}

/** What began with long-polling is a WebSocket from now on. */
function onUpgrade(this: Connection): void {
  settleTransport(this);
  shareListeners(this);
}

/** An empty map takes 184 bytes, and one of a few 40 to 80. */
function settleMap(owner: object, name: string): void {
  const map: unknown = Reflect.get(owner, name);
  if (!(map instanceof Map)) return;
  const few = new FewMap<unknown, unknown>();
  for (const [key, value] of map) few.set(key, value);
  Reflect.set(owner, name, few);
}

const METHODS = [
  ['data', 'ondata', shared('ondata')],
  ['error', 'onerror', shared('onerror')],
  ['close', 'onclose', shared('onclose')],
] as const;

/** Its listeners are shared, and stand where they stood: before those of the sidecar. */
function settleClient(client: Client, connection: Connection): void {
  if (marked(connection)[CLIENT] !== undefined) return;
  settleMap(client, 'sockets');
  settleMap(client, 'nsps');
  marked(connection)[CLIENT] = client;
  for (const [event, name, listener] of METHODS) {
    replace(connection, event, Reflect.get(client, name), listener);
    // By its name the client takes it off again, and calls it itself.
    Reflect.set(client, name, listener);
  }
  const [first] = connection.rawListeners('close');
  if (first !== undefined && 'listener' in first) replace(connection, 'close', first, onGone);
}

/** The same as the client's method of that name, whether it is called with the client or with its connection. */
function shared(name: string): Listener {
  return function call(this: Marked | Client, ...args: unknown[]): unknown {
    const client = CLIENT in this ? this[CLIENT] : this;
    return client && Reflect.apply(Reflect.get(Object.getPrototypeOf(client), name), client, args);
  };
}

/** What Engine.IO does with each connection that is closed, by the first of its listeners. */
function onGone(this: Connection): void {
  const engine: Engine = Reflect.get(this, 'server');
  Reflect.deleteProperty(engine.clients, Reflect.get(this, 'id'));
  engine.clientsCount -= 1;
}

interface Engine {
  readonly clients: object;
  clientsCount: number;
}

/** Puts a listener in the place of another one. */
function replace(connection: Connection, event: string, old: unknown, listener: Listener): void {
  const listeners = connection.rawListeners(event);
  if (!listeners.some((one) => one === old)) return;
  connection.removeAllListeners(event);
  for (const one of listeners) connection.on(event, one === old ? listener : toListener(one));
}

function toListener(given: object): Listener {
  if (!isListener(given)) throw new TypeError('A listener is no function.');
  return given;
}

/** Its listeners are shared as well. */
function settleTransport(connection: Connection): void {
  const { transport } = connection;
  if (!(transport instanceof WebSocketTransport) || transport.isSettled) return;
  const cleanUp: unknown = Reflect.get(connection, 'cleanupFn');
  if (!Array.isArray(cleanUp)) return;
  for (const clean of cleanUp.splice(0)) clean();
  Reflect.set(connection, 'cleanupFn', []);
  transport.settle(connection);
  shareListeners(transport);
  shareListeners(transport.socket);
}

type Listener = (...args: unknown[]) => unknown;

function isListener(value: unknown): value is Listener {
  return typeof value === 'function';
}

function marked(connection: Marked): Marked {
  return connection;
}
