import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'socket.io';
import { writeTogether } from '../../lib/http/write-together.ts';
import { type UpgradeRequest, WebSocketTransport } from './web-socket-transport.ts';

/** Has an Engine.IO server carry WebSockets by our own transport, if their clients are of version 4. */
export function carryLean(engine: Server['engine']): void {
  // Engine.IO 6.6 makes its transports by this method, and takes no others.
  const create: unknown = Reflect.get(engine, 'createTransport');
  if (typeof create !== 'function') throw new Error('Engine.IO has another way to make its transports.');
  Reflect.set(engine, 'createTransport', (name: string, request: IncomingMessage) =>
    // The outbox asks how much of what the others were sent the system took: they are not pinged.
    name === 'websocket' && isUpgrade(request) && request._query['EIO'] === '4'
      ? new WebSocketTransport(request)
      : Reflect.apply(create, engine, [name, request]),
  );
  // The answer to the upgrade and Engine.IO's first packet in one. Not before it is sure that there will be a packet: a
  // refusal is destroyed behind its answer, which would never leave.
  engine.on('headers', (_headers: object, { headers, socket }: IncomingMessage) => {
    if (headers.upgrade !== undefined) writeTogether(socket);
  });
}

/** What is sent over a connection until the end of this turn of the event loop goes in one piece, if it is a WebSocket. */
export function sendTogether({ transport }: Socket['conn']): void {
  if (transport instanceof WebSocketTransport) transport.sendTogether();
}

function isUpgrade(request: IncomingMessage): request is UpgradeRequest {
  return 'websocket' in request && '_query' in request;
}
