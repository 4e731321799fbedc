import { createServer } from 'node:http';
import pg from 'pg';
import { Server } from 'socket.io';

/**
 * What one would write in an afternoon: bare socket.io, one connection that listens, the payload in NOTIFY, plain emit.
 * No token, no rights, no acknowledgement, nothing kept.
 */
const { config }: { config: pg.ClientConfig } = JSON.parse(process.argv[2] ?? '{}');

const http = createServer();
const server = new Server(http);
const sockets = new Map<number, { emit(event: string, messages: unknown[]): unknown }>();
server.on('connection', (socket) => {
  sockets.set(Number(socket.handshake.auth['uid']), socket);
});
const client = new pg.Client(config);
await client.connect();
client.on('notification', ({ payload = '{}' }) => {
  const message: { to_id: number } = JSON.parse(payload);
  sockets.get(message.to_id)?.emit('bench', [message]);
});
await client.query('LISTEN bench');
http.listen(0, '127.0.0.1', () => process.send?.(http.address() ?? {}));
