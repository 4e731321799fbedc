import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { quote } from '../../api/error.ts';

/** Who asks for a connection, as far as the connection itself shows it. */
export interface Sender {
  /** Null where it has gone already. */
  readonly address: string | null;
  /** Of a browser: the site whose page it is. */
  readonly origin: string | null;
}

/** What is known of a request. */
export type Asked = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Of a connection. */
interface Peer {
  readonly remoteAddress?: string | undefined;
}

/** Where proxies are: on this machine, or in the same network. */
const NEAR = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  NEAR.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  NEAR.addSubnet(net, prefix, 'ipv6');

/** No address is longer than that: IPv6 with IPv4 at its end. The zone of one, which `isIP` takes as well, may have any length. */
const LONGEST_ADDRESS = 45;
/** An origin is not longer than that; anybody can send anything. */
const LONGEST_ORIGIN = 100;

/** Who sent a request: for the log, and for nothing that decides. */
export function senderOf({ headers, socket }: Asked): Sender {
  return { address: addressOf(headers['x-forwarded-for'], socket), origin: shownOrigin(headers.origin) };
}

/**
 * The address that the nearest proxy saw, which it has put at the end of `X-Forwarded-For`: what stands before, the browser may
 * have written itself. Somebody who comes from afar is no proxy of ours, and is believed nothing.
 *
 * @param forwarded the header
 */
export function addressOf(forwarded: string | readonly string[] | undefined, socket: Peer): string | null {
  const own = peerOf(socket);
  if (own === null || !isNear(own)) return own;
  const header = `${forwarded ?? ''}`;
  const said = header.slice(header.lastIndexOf(',') + 1).trim();
  const found = [said, withoutPort(said)].find((text) => text.length <= LONGEST_ADDRESS && isIP(text) !== 0);
  return found === undefined ? own : copyOf(found);
}

/** For V8, a part of a text may be a view of it: whoever keeps an address would keep the whole header, which may have 64 kB. */
function copyOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** The address of a connection itself; null where it has gone already. */
export function peerOf({ remoteAddress }: Peer): string | null {
  return remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, '') ?? null;
}

/** Is it an address of this machine, or of a private network? */
export function isNear(address: string): boolean {
  const kind = isIP(address);
  return kind !== 0 && NEAR.check(address, kind === 4 ? 'ipv4' : 'ipv6');
}

/** Some proxies name the port as well: `192.0.2.7:51234`, `[2001:db8::7]:51234`. */
function withoutPort(text: string): string {
  return text.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** As it may stand in a log: what is no origin may be anything, such as an address with a token. */
export function shownOrigin(origin: string | undefined): string | null {
  if (origin === undefined || origin === '') return null;
  const named = URL.canParse(origin) ? new URL(origin).origin : 'null';
  const shown = named === 'null' ? (origin.split(/[?#]/, 1)[0] ?? '') : named;
  return quote(shown, LONGEST_ORIGIN);
}
