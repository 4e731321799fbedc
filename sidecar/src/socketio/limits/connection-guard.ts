import type { Problem } from '../../api/problem.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { TokenBucket } from '../../lib/token-bucket.ts';
import type { Traffic } from '../../observability/counts/traffic.ts';
import type { EnginePacket } from '../sending/engine-packet.ts';
import { type Connection, Outbox, type OutboxOwner } from '../sending/outbox.ts';

/** What one connection may ask for. */
export interface ConnectionLimits {
  readonly messageBytes: number;
  readonly packetsPerSecond: number;
  readonly queueBytes: number;
  readonly namespaces: number;
}

/** Says in the log what happened to a connection. */
export type WarnOf = (problem: Problem, connection: Connection) => void;

/** A page is slow that takes nothing for so long while more waits than may. */
const STALLED_MS = 20_000;
/** So many times what may wait is too much even for a page that reads. */
const TOO_MUCH = 4;
/** A connection without a namespace is closed after this, as Socket.IO does with one that never had any. */
const IDLE_MS = 45_000;
/** How long a page that sends too much may take to close its own connection. */
const CLOSE_MS = 1_000;
/** What ws says of a message beyond `maxPayload`. */
const TOO_LARGE = /max payload size exceeded/i;

export type { Connection } from '../sending/outbox.ts';

const GUARD = Symbol('guard');

/** What a guard puts on its connection. */
interface Guarded {
  readonly protocol: number;
  [GUARD]?: ConnectionGuard;
}

/** Keeps one connection from taking more than its share, whatever its page sends or does not read. */
export class ConnectionGuard implements OutboxOwner {
  readonly #connection: Connection;
  readonly #limits: ConnectionLimits;
  readonly #warn: WarnOf;
  readonly #traffic: Traffic;
  readonly #bucket: TokenBucket;
  readonly #outbox: Outbox;
  /** Runs while more waits than may. */
  #stalled: NodeJS.Timeout | null = null;
  #namespaces = 0;
  #idle: NodeJS.Timeout | null = null;
  #cut = false;

  constructor(connection: Connection, limits: ConnectionLimits, warn: WarnOf, traffic: Traffic) {
    this.#connection = connection;
    this.#limits = limits;
    this.#warn = warn;
    this.#traffic = traffic;
    this.#bucket = new TokenBucket(limits.packetsPerSecond);
    guarded(connection)[GUARD] = this;
    connection.on('packet', onPacket);
    this.#outbox = new Outbox(connection, this);
    connection.on('close', onClose);
  }

  /** That of a connection, if it was made for it. */
  static of(connection: Connection): ConnectionGuard | undefined {
    return guarded(connection)[GUARD];
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
    throw new SidecarError(
      'too_many_namespaces',
      `This connection has ${this.#limits.namespaces} namespaces already. Disconnect some, or raise WEB_SOCKETIO_MAX_NAMESPACES.`,
    );
  }

  leave(): void {
    this.#namespaces -= 1;
    if (this.#namespaces > 0 || this.#connection.readyState !== 'open') return;
    this.#idle ??= setTimeout(() => this.#connection.close(), IDLE_MS).unref();
  }

  /** A packet came from its client. */
  came({ data }: EnginePacket): void {
    this.#traffic.receivedPackets += 1;
    this.#traffic.receivedCharacters += data?.length ?? 0;
    if (this.#bucket.take() < 0) this.#refuseFlood();
  }

  sends(characters: number): void {
    this.#traffic.sentPackets += 1;
    this.#traffic.sentCharacters += characters;
  }

  /** A burst is no reason to cut a page off that reads, unless it is several times what may wait. */
  grows(waiting: number): void {
    const { queueBytes } = this.#limits;
    if (waiting > queueBytes * TOO_MUCH) this.#refuseSlow();
    else if (waiting > queueBytes) this.#watch();
  }

  #watch(): void {
    this.#stalled ??= setTimeout(() => {
      this.#stalled = null;
      // All of it may be on its way by now: a last packet of any size takes its time.
      if (this.#outbox.waiting > this.#limits.queueBytes) this.#refuseSlow();
    }, STALLED_MS).unref();
  }

  moved(): void {
    if (this.#stalled === null) return;
    clearTimeout(this.#stalled);
    this.#stalled = null;
    if (this.#outbox.waiting > this.#limits.queueBytes) this.#watch();
  }

  #refuseSlow(): void {
    const message = `${this.#outbox.waiting} bytes wait for a page that does not read: its connection is cut`;
    this.#end({ code: 'client_slow', message });
  }

  #refuseFlood(): void {
    const { packetsPerSecond } = this.#limits;
    const message = `More than ${packetsPerSecond} packets a second came over one connection: it is cut`;
    this.#end({ code: 'too_many_packets', message });
  }

  #end(problem: Problem): void {
    if (this.#cut) return;
    this.#cut = true;
    this.#warn(problem, this.#connection);
    // Not at once: this is in the middle of sending, perhaps to all sockets of a namespace in turn.
    setImmediate(() => cut(this.#connection));
  }

  /** @param error why its connection was closed, if that was one */
  closed(error: unknown): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    if (this.#stalled !== null) clearTimeout(this.#stalled);
    if (error instanceof Error && TOO_LARGE.test(error.message)) {
      const message = `A message of more than ${this.#limits.messageBytes} bytes came: its connection is closed`;
      this.#warn({ code: 'message_too_large', message }, this.#connection);
    }
  }
}

function guarded(connection: Guarded): Guarded {
  return connection;
}

function onPacket(this: Connection, packet: EnginePacket): void {
  guarded(this)[GUARD]?.came(packet);
}

function onClose(this: Connection, _reason: string, error: unknown): void {
  guarded(this)[GUARD]?.closed(error);
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
  setTimeout(() => cut(connection), CLOSE_MS).unref();
}

function isTerminable(value: unknown): value is { terminate(): void } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'terminate' in value &&
    typeof value.terminate === 'function'
  );
}
