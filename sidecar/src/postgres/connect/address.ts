import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import type { PostgresHost } from './postgres-options.ts';

/** Where one server can be reached: by TCP, or by a Unix socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

const DEFAULT_PORT = 5432;
/** Where the server's socket is unless somebody says otherwise: Debian's and Red Hat's packages, PostgreSQL itself. */
export const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp'];

/**
 * Where a server is to be tried, in this order. Without a host it is the Unix socket, where PostgreSQL knows its user
 * without a password, as libpq does it; and `localhost` where there is none. Looked at for each attempt: when the machine
 * starts, the sidecar may be there before the socket is.
 *
 * @throws what the resolver says
 */
export async function findAddresses({
  host,
  hostaddr,
  port = DEFAULT_PORT,
}: PostgresHost): Promise<Address[]> {
  if (hostaddr !== undefined) return [{ host: hostaddr, port }];
  if (host !== undefined && isSocketFolder(host)) return [{ path: socketPath(host, port) }];
  if (host === undefined) {
    const path = SOCKET_FOLDERS.map((folder) => socketPath(folder, port)).find((one) => existsSync(one));
    if (path !== undefined) return [{ path }];
  }
  const found = await lookup(host ?? 'localhost', { all: true, order: 'verbatim' });
  return found.map(({ address }) => ({ host: address, port }));
}

/** A folder in the file system, or, with `@`, in Linux' abstract namespace. */
export function isSocketFolder(host: string): boolean {
  return /^[/@]/.test(host);
}

/** For people: `db.example.com:5432`, or the folder and the port of a socket. */
export function nameHost({ host, hostaddr, port = DEFAULT_PORT }: PostgresHost): string {
  const name = host ?? hostaddr ?? 'localhost';
  return `${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function socketPath(folder: string, port: number): string {
  const path = `${folder.replace(/\/+$/, '')}/.s.PGSQL.${port}`;
  return path.startsWith('@') ? `\0${path.slice(1)}` : path;
}
