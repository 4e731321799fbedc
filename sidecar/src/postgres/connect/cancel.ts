import { connect } from 'node:net';
import type pg from 'pg';
import { addressOf } from './link.ts';

/** https://www.postgresql.org/docs/current/protocol-message-formats.html, CancelRequest */
const CANCEL_REQUEST = 80877102;
const PATIENCE_MS = 1_000;

/**
 * Asks the server to end the statement that runs on a connection: a server goes on with what its client has given up.
 * It answers nothing to that; the statement fails, or has ended before. Sent where that very connection leads to: a name may
 * have several addresses. In clear text, as psql sends it up to version
 * 16: the key is of this one connection, and the server takes it from anybody in any case.
 */
export function cancelStatement(client: pg.Client): void {
  const processId: unknown = Reflect.get(client, 'processID');
  const key: unknown = Reflect.get(client, 'secretKey');
  if (typeof processId !== 'number' || typeof key !== 'number') return;
  const address = addressOf(client);
  if (address === undefined) return;
  const request = Buffer.alloc(16);
  request.writeInt32BE(request.length, 0);
  request.writeInt32BE(CANCEL_REQUEST, 4);
  request.writeInt32BE(processId, 8);
  request.writeInt32BE(key, 12);
  const socket = connect(address);
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.end(request);
}
