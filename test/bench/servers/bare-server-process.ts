import { createServer } from 'node:http';
import pg from 'pg';
import { Server, type Socket } from 'socket.io';
import type { BareServerOptions } from './bare-server.ts';
import { BareWorkers } from './bare-workers.ts';

/**
 * What one would write in an afternoon: bare socket.io, one connection that listens, the payload in NOTIFY, one emission
 * for each socket. No token, no rights, nothing kept.
 */
const { config, kind }: BareServerOptions = JSON.parse(process.argv[2] ?? '{}');

/** Also without a timeout, which would make it slower. */
const ignore = () => undefined;

const http = createServer();
const server = new Server(http);
const sockets = new Map<number, Socket>();
server.on('connection', (socket) => {
  const uid = Number(socket.handshake.auth['uid']);
  sockets.set(uid, socket);
  socket.on('bench_echo', (value, answer) => answer(value));
  socket.on('disconnect', () => sockets.delete(uid));
});

function emit(socket: Socket | undefined, message: object): void {
  if (kind === 'acknowledged') socket?.emit('bench', [message], ignore);
  else socket?.emit('bench', [message]);
}

const workers = kind === 'workers' ? await BareWorkers.start(config, sockets) : null;
const client = new pg.Client(config);
await client.connect();
client.on('notification', ({ payload = '{}' }) => {
  if (workers !== null) return workers.wake();
  const message: { to_id?: number } = JSON.parse(payload);
  if (message.to_id !== undefined) emit(sockets.get(message.to_id), message);
  else for (const socket of sockets.values()) emit(socket, message);
});
await client.query('LISTEN bench');
http.listen(0, '127.0.0.1', () => process.send?.(http.address() ?? {}));
