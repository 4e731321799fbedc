import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type pg from 'pg';
import type { SslMode } from '../tls/tls-context.ts';
import type { Address } from './address.ts';

/** How a client reaches its server. */
export interface Link {
  /** As it is called in the settings. */
  readonly host: string | undefined;
  readonly address: Address;
  readonly socket: Socket;
  /** The server's certificate comes from a root certificate that is trusted. */
  readonly verified: boolean;
  readonly mode: SslMode;
}

const links = new WeakMap<pg.Client, { readonly text: string; readonly address: Address }>();

/** Remembers how a client reaches its server. */
export function describeLink(client: pg.Client, link: Link): void {
  links.set(client, { text: `${place(link)}, ${protection(link)}`, address: link.address });
}

/** For people: which server a client of `dial` talks to, and whether anybody in between could read it. */
export function linkOf(client: pg.Client): string {
  return links.get(client)?.text ?? 'unknown';
}

/** Where the server of a client of `dial` is: for `connect` of node:net, as a request to cancel needs it. */
export function addressOf(client: pg.Client): Address | undefined {
  return links.get(client)?.address;
}

function place({ host, address }: Link): string {
  if ('path' in address) return address.path.replace('\0', '@');
  const numbers = `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  return host === undefined || host === address.host ? numbers : `${host} at ${numbers}`;
}

function protection({ address, socket, verified, mode }: Link): string {
  if (!(socket instanceof TLSSocket)) return 'path' in address ? 'Unix socket' : 'not encrypted';
  const trust = verified
    ? mode === 'verify-full'
      ? 'certificate and name'
      : 'certificate'
    : 'certificate not';
  return `${socket.getProtocol() ?? 'TLS'}, ${trust} verified`;
}
