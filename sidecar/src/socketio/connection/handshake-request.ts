import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'socket.io';
import { addressOf, type Sender, senderOf, shownOrigin } from '../../lib/http/sender.ts';

/** What is kept of the headers of a request: what says under which address its client knows us. */
type Headers = Pick<IncomingMessage['headers'], 'host' | 'origin'> & Readonly<Record<string, Kept>>;
type Kept = string | string[] | undefined;

const KEPT = ['host', 'origin', 'x-forwarded-host', 'x-forwarded-proto'] as const;
const NO_QUERY: Readonly<Record<string, string>> = {};

const FORGOTTEN = Object.freeze({});

/** Those of the last connection: a thousand pages that come by the same proxy share them. */
let last: Headers = {};

/**
 * What is kept of the request that opened a connection. Socket.IO keeps all of it for as long as the connection is there, with its
 * cookies and with what Node needs to answer it: two kilobytes of each page's memory, of which nobody reads more than this.
 */
export class HandshakeRequest {
  readonly headers: Headers;
  /** Where its client is, as the proxy says; null if it has gone already. */
  readonly address: string | null;
  readonly socket: IncomingMessage['socket'];
  /** Of an old client: what it says about itself. */
  readonly _query: Readonly<Record<string, string>>;

  constructor({ headers, socket }: IncomingMessage, query: Readonly<Record<string, string>>) {
    this.headers = share(headers);
    this.address = addressOf(headers['x-forwarded-for'], socket);
    this.socket = socket;
    this._query = query;
  }

  /** By its old name, which Socket.IO uses. */
  get connection(): IncomingMessage['socket'] {
    return this.socket;
  }
}

/** Has the connections of an Engine.IO server keep of their requests what is needed. */
export function forgetRequests(engine: Server['engine']): void {
  engine.on('connection', (connection: Socket['conn']) => {
    const { request, protocol } = connection;
    const query: Record<string, string> = Reflect.get(request, '_query') ?? NO_QUERY;
    // Engine.IO 6.6 reads it no more once there is a connection. Socket.IO 4.8 reads its address, headers and query.
    Reflect.set(connection, 'request', new HandshakeRequest(request, protocol === 3 ? query : NO_QUERY));
  });
}

/** Who opened the connection of a socket. */
export function senderOfSocket({ request }: Socket): Sender {
  if (!(request instanceof HandshakeRequest)) return senderOf(request);
  return { address: request.address, origin: shownOrigin(request.headers.origin) };
}

/** The same of what Socket.IO keeps of it for each socket, once that has been read. */
export function forgetHandshake(socket: Socket): void {
  Reflect.set(socket, 'handshake', FORGOTTEN);
}

function share(headers: IncomingMessage['headers']): Headers {
  if (KEPT.some((name) => !isSame(headers[name], last[name]))) {
    last = Object.fromEntries(KEPT.map((name) => [name, headers[name]]));
  }
  return last;
}

function isSame(one: Kept, other: Kept): boolean {
  return one === other || (Array.isArray(one) && Array.isArray(other) && one.join() === other.join());
}
