import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Namespace, Server, type ServerOptions, type Socket } from 'socket.io';
import { onTestFinished } from 'vitest';

/** A real socket.io server in this process, closed when the test has finished. */
export interface BrowserServer {
  io: Server;
  http: HttpServer;
  url: string;
}

export async function startServer(options: Partial<ServerOptions> = {}): Promise<BrowserServer> {
  const http = createServer();
  const io = new Server(http, options);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(async () => {
    http.closeAllConnections();
    await io.close();
  });
  const { port } = http.address() as AddressInfo;
  return { io, http, url: `http://127.0.0.1:${port}` };
}

/** The next socket that connects to a namespace; ask before it can connect. */
export function nextSocket(namespace: Namespace): Promise<Socket> {
  return new Promise((resolve) => namespace.once('connection', resolve));
}

/** The next arguments of an event that the page sends. */
export function nextEvent(socket: Socket, event: string): Promise<unknown[]> {
  return new Promise((resolve) => socket.once(event, (...args: unknown[]) => resolve(args)));
}
