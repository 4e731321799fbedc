import type { Socket } from 'socket.io';
import { SocketIOError } from '../api/error.ts';
import { TokenBucket } from './token-bucket.ts';

/** What one connection may ask for. */
export interface ConnectionLimits {
  readonly messageBytes: number;
  readonly packetsPerSecond: number;
  readonly queueBytes: number;
  readonly namespaces: number;
}

/** Says in the log what happened to a connection. */
export type WarnOf = (connection: Connection, text: string) => void;

/** What is kept of a packet that waits, besides its text. */
const PACKET_BYTES = 200;
/** A connection without a namespace is closed after this, as Socket.IO does with one that never had any. */
const IDLE_MS = 45_000;
/** How long a page that sends too much may take to close its connection by itself. */
const FAREWELL_MS = 1_000;
/** What ws says of a message beyond `maxPayload`. */
const TOO_LARGE = /max payload size exceeded/i;

/** An Engine.IO connection. */
export type Connection = Socket['conn'];

/** Keeps one connection from taking more than its share, whatever its page sends or does not read. */
export class ConnectionGuard {
  readonly #connection: Connection;
  readonly #limits: ConnectionLimits;
  readonly #warn: (text: string) => void;
  readonly #bucket: TokenBucket;
  #waiting = 0;
  #namespaces = 0;
  #idle: NodeJS.Timeout | null = null;
  #cut = false;

  constructor(connection: Connection, limits: ConnectionLimits, warn: (text: string) => void) {
    this.#connection = connection;
    this.#limits = limits;
    this.#warn = warn;
    this.#bucket = new TokenBucket(limits.packetsPerSecond);
    connection.on('packet', () => {
      if (this.#bucket.take() < 0) this.#refuseFlood();
    });
    connection.on('packetCreate', ({ data }: { data?: string | Buffer }) => this.#queue(data));
    // What was handed to the transport before is on its way: it would not have been ready otherwise.
    connection.on('flush', () => {
      this.#waiting = 0;
    });
    connection.on('close', (_reason: string, error: unknown) => this.#closed(error));
  }

  /**
   * A namespace wants to be connected; `leave` is called when it is refused, or ends.
   * @throws SocketIOError `too_many_namespaces`
   */
  enter(): void {
    this.#namespaces += 1;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (this.#namespaces <= this.#limits.namespaces) return;
    throw new SocketIOError(
      'too_many_namespaces',
      `This connection has ${this.#limits.namespaces} namespaces already. Disconnect some, or raise WEB_SOCKETIO_MAX_NAMESPACES.`,
    );
  }

  leave(): void {
    this.#namespaces -= 1;
    if (this.#namespaces > 0 || this.#connection.readyState !== 'open') return;
    this.#idle ??= setTimeout(() => this.#connection.close(), IDLE_MS).unref();
  }

  /** One comparison and one addition: this is on the way of every packet. */
  #queue(data: string | Buffer | undefined): void {
    // Not after the addition: one packet alone may be as large as its handler wants.
    if (this.#waiting > this.#limits.queueBytes) this.#refuseSlow();
    this.#waiting += PACKET_BYTES + (data?.length ?? 0);
  }

  #refuseSlow(): void {
    this.#end(
      `client_slow: ${this.#waiting} bytes wait for a page that does not read: its connection is cut`,
    );
  }

  #refuseFlood(): void {
    const { packetsPerSecond } = this.#limits;
    this.#end(
      `too_many_packets: More than ${packetsPerSecond} packets a second came over one connection: it is cut`,
    );
  }

  #end(text: string): void {
    if (this.#cut) return;
    this.#cut = true;
    this.#warn(text);
    // Not at once: this is in the middle of sending, perhaps to all sockets of a namespace in turn.
    setImmediate(() => cut(this.#connection));
  }

  #closed(error: unknown): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    if (error instanceof Error && TOO_LARGE.test(error.message)) {
      this.#warn(
        `message_too_large: A message of more than ${this.#limits.messageBytes} bytes came: its connection is closed`,
      );
    }
  }
}

/** Ends a connection without waiting for its client, which may never read that it is over. */
export function cut(connection: Connection): void {
  const webSocket: unknown = Reflect.get(connection.transport, 'socket');
  connection.close(true);
  if (isTerminable(webSocket)) webSocket.terminate();
}

/** The same, after a moment in which the client may hear why. @param say tells it */
export function cutLater(connection: Connection, say: () => void): void {
  say();
  setTimeout(() => cut(connection), FAREWELL_MS).unref();
}

function isTerminable(value: unknown): value is { terminate(): void } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'terminate' in value &&
    typeof value.terminate === 'function'
  );
}
