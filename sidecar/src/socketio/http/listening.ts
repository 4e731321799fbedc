import { createServer, type ListenOptions, type Server } from 'node:net';
import { SidecarError } from '../../api/sidecar-error.ts';

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
        new SidecarError(
          'port_unusable',
          `Cannot listen on ${host}:${port}: ${cause.code ?? cause.message}. ${adviceOn(cause, host)}`,
          { cause },
        ),
      );
    });
    server.listen(options, resolve);
  });
}

/** Of names as well: EAI_AGAIN is that nobody could say where one is. */
const NO_ADDRESS = new Set(['ENOTFOUND', 'EADDRNOTAVAIL', 'EAI_AGAIN']);

function adviceOn({ code }: NodeJS.ErrnoException, host: string): string {
  if (code !== undefined && NO_ADDRESS.has(code)) {
    return `'${host}' is not an address of this machine: give -i one, such as 127.0.0.1, or 0.0.0.0 for all.`;
  }
  if (code === 'EACCES') return 'This user may not use that port: choose another with -p, 1024 or higher.';
  return 'Choose another with -i and -p, or stop what uses it.';
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
