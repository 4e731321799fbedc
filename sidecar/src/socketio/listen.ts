import { createServer, type ListenOptions, type Server } from 'node:net';
import { SocketIOError } from '../api/error.ts';

/**
 * Listens.
 *
 * @throws SocketIOError `port_unusable`
 */
export function listen(
  server: Server,
  options: ListenOptions & { host: string; port: number },
): Promise<void> {
  const { host, port } = options;
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new SocketIOError(
          'port_unusable',
          `Cannot listen on ${host}:${port}: ${cause.code ?? cause.message}. Choose another with -i and -p, or stop what uses it.`,
          { cause },
        ),
      );
    });
    server.listen(options, resolve);
  });
}

/**
 * Listens for a moment, and takes nobody: only the system knows whether an address and a port can be used.
 *
 * @throws SocketIOError `port_unusable`
 */
export async function tryToListen(host: string, port: number): Promise<void> {
  const server = createServer((connection) => connection.destroy());
  await listen(server, { host, port });
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
