import type { Socket } from 'socket.io';
import { Portion } from '../../delivery/listening/portion.ts';
import type { OnStop, StopSignal } from '../../lib/stop-signal.ts';
import type { HandlerRun } from '../handlers/handler-run.ts';

/** An Engine.IO connection. */
export type Connection = Socket['conn'];

type WriteArguments = Parameters<Connection['write']>;

/** What is kept of a packet that waits, besides its text. */
const PACKET_BYTES = 200;
/** A character of a text has no more bytes than that. */
const MOST_BYTES = 3;
/** Its kind, how many binary packets follow, and its namespace. */
const EVENT = /^[2356](?:\d+-)?(\/[^,]*)?/;
/** So many that were handed over are passed over before the list is made anew without them. */
const FEW = 256;

/** Who is told what waits. */
export interface OutboxOwner {
  /** A packet comes while so many bytes wait that the transport was not given yet. */
  grows(waiting: number): void;
  /** The page took something. */
  moved(): void;
}

/**
 * What waits for one connection. The transport is given as much as its page receives within a second, and the rest when
 * that has arrived: with more, the ping would wait behind it for longer than its page may take to answer, and an answer
 * to long-polling would be megabytes. So what handlers send at once is no matter of how quick their pages are.
 *
 * What has arrived is known by Engine.IO's own pings, which any client answers in order: the transport only knows what
 * the system took, which keeps megabytes for a page at 50 KB/s. Over long-polling, and with clients that are not pinged,
 * it is what the transport asked for.
 *
 * Everything that Socket.IO sends goes through `write` of the connection, which is replaced here, and is in order.
 */
export class Outbox {
  static readonly #all = new WeakMap<Connection, Outbox>();
  readonly #connection: Connection;
  readonly #owner: OutboxOwner;
  readonly #send: Connection['send'];
  readonly #close: Connection['close'];
  readonly #portion = new Portion();
  /** Those before `#first` were handed over. */
  #packets: WriteArguments[] = [];
  #first = 0;
  #waiting = 0;
  /** All that was ever given to the transport, and what of it the page has. */
  #sent = 0;
  #received = 0;
  /** For each ping that is not answered yet, what had been sent before it. */
  #pings: number[] = [];
  #clear: Set<() => void> | null = null;

  constructor(connection: Connection, owner: OutboxOwner) {
    Outbox.#all.set(connection, this);
    this.#connection = connection;
    this.#owner = owner;
    this.#send = connection.send;
    this.#close = connection.close;
    connection.write = (data, options, callback) => {
      this.#write(data, options, callback);
      return connection;
    };
    // What was sent before is still to arrive: Engine.IO waits for what it has, so it is given everything.
    connection.close = (discard) => {
      if (discard !== true) this.#feed(Number.POSITIVE_INFINITY);
      this.#close.call(connection, discard);
    };
    connection.on('packetCreate', ({ type, data }: { type: string; data?: string | Buffer }) => {
      if (type === 'ping') this.#pings.push(this.#sent);
      else this.#sent += PACKET_BYTES + (data?.length ?? 0);
    });
    connection.on('packet', ({ type }: { type: string }) => {
      if (type !== 'pong' || !this.#canHaveCome(this.#pings[0])) return;
      this.#arrived(this.#pings.shift());
      // It may have been the answer to Engine.IO's own ping, behind which nothing was sent: nobody else asks.
      if (!this.isClear) this.#ping();
    });
    connection.on('flush', () => {
      if (!this.#isPinged) this.#taken();
    });
    connection.on('drain', () => {
      if (!this.#isPinged) this.#feed();
    });
    connection.on('upgrade', () => {
      this.#arrived(this.#sent);
      this.#feed();
    });
    connection.on('close', () => {
      this.#packets = [];
      this.#first = 0;
      this.#waiting = 0;
      this.#resolve();
    });
  }

  /** That of a connection, if it was made for it. */
  static of(connection: Connection): Outbox | undefined {
    return Outbox.#all.get(connection);
  }

  /** How many bytes wait that the transport was not given yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Forgets the events of a namespace that wait. */
  discard(nameSpace: string): void {
    if (this.isClear) return;
    let isDiscarded = false;
    this.#packets = this.#packets.slice(this.#first).filter(([data]) => {
      // What is binary belongs to the text before it.
      if (typeof data === 'string') isDiscarded = isEventOf(nameSpace, data);
      return !isDiscarded;
    });
    this.#first = 0;
    this.#waiting = this.#packets.reduce((sum, packet) => sum + sizeOf(packet), 0);
    if (this.isClear) this.#resolve();
  }

  /** How many pings the page has not answered yet. */
  get unanswered(): number {
    return this.#pings.length;
  }

  /** True if the transport has everything: what comes next goes on its way at once, or soon. */
  get isClear(): boolean {
    return this.#first === this.#packets.length;
  }

  /** Resolves when it is clear, or the connection is closed. Rejects when the signal stops. */
  untilClear(signal: StopSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.reason !== null) return reject(signal.reason);
      const clear = () => {
        signal.delete(stop);
        resolve();
      };
      const stop: OnStop = (reason) => {
        this.#clear?.delete(clear);
        reject(reason);
      };
      signal.add(stop);
      this.#clear ??= new Set();
      this.#clear.add(clear);
    });
  }

  /** True if pings tell what has arrived. */
  get #isPinged(): boolean {
    return this.#connection.protocol !== 3 && this.#connection.transport.name !== 'polling';
  }

  /**
   * Can the page have what was sent up to there? Not while more lies here than was sent since: whoever answers pings
   * without reading would fill the memory.
   */
  #canHaveCome(upto: number | undefined): boolean {
    if (upto === undefined || !this.#isPinged) return true;
    const left = leftOf(this.#connection);
    return left === 0 || left <= (this.#sent - upto) * MOST_BYTES + PACKET_BYTES;
  }

  /** On the way of every packet: usually a few comparisons. */
  #write(data: WriteArguments[0], options: WriteArguments[1], callback: WriteArguments[2]): void {
    if (this.#waiting > 0) this.#owner.grows(this.#waiting);
    if (this.isClear && this.#sent - this.#received < this.#portion.size) {
      this.#send.call(this.#connection, data, options, callback);
      if (this.#sent - this.#received > this.#portion.size / 2) this.#ping();
    } else {
      const packet: WriteArguments = [data, options, callback];
      this.#packets.push(packet);
      this.#waiting += sizeOf(packet);
      this.#ping();
    }
  }

  /** The page has what was sent up to there. */
  #arrived(upto: number | undefined): void {
    if (upto === undefined || upto <= this.#received) return;
    this.#received = upto;
    this.#portion.end(performance.now());
    this.#owner.moved();
    if (this.#isPinged) this.#feed();
  }

  /** The transport asks for what it was given, so the page has what was before that. */
  #taken(): void {
    this.#arrived(this.#sent);
    if (!this.isClear) this.#portion.begin(performance.now());
  }

  /** Hands over what waits until so much is on its way: one packet at least if nothing is. */
  #feed(most: number = this.#portion.size): void {
    if (this.isClear) return;
    let packet = this.#packets[this.#first];
    while (packet !== undefined && this.#sent - this.#received < most) {
      this.#first += 1;
      this.#waiting -= sizeOf(packet);
      this.#send.call(this.#connection, ...packet);
      packet = this.#packets[this.#first];
    }
    if (packet === undefined || (this.#first > FEW && this.#first * 2 > this.#packets.length)) {
      this.#packets = this.#packets.slice(this.#first);
      this.#first = 0;
    }
    this.#ping();
    if (this.isClear) this.#resolve();
  }

  /** Asks the page to say when it has what was sent so far. */
  #ping(): void {
    const { readyState } = this.#connection;
    if (!this.#isPinged || this.#pings.length > 0 || readyState !== 'open') return;
    if (this.#sent === this.#received) return;
    this.#portion.begin(performance.now());
    // Engine.IO takes any answer for that to its own ping, which is due later then.
    Reflect.apply(Reflect.get(this.#connection, 'sendPacket'), this.#connection, ['ping']);
  }

  #resolve(): void {
    const clear = this.#clear;
    this.#clear = null;
    for (const resolve of clear ?? []) resolve();
  }
}

/** Is that the text of an event, or of an acknowledgement, as Socket.IO writes them? */
function isEventOf(nameSpace: string, text: string): boolean {
  const start = EVENT.exec(text);
  return start !== null && (start[1] ?? '/') === nameSpace;
}

function sizeOf([data]: WriteArguments): number {
  return PACKET_BYTES + (typeof data === 'string' ? data.length : data.byteLength);
}

/** How many bytes Engine.IO and the WebSocket have that the system did not take yet. */
function leftOf(connection: Connection): number {
  const webSocket: unknown = Reflect.get(connection.transport, 'socket');
  const buffered =
    typeof webSocket === 'object' && webSocket !== null ? Reflect.get(webSocket, 'bufferedAmount') : 0;
  let left = typeof buffered === 'number' ? buffered : 0;
  const packets: readonly { readonly data?: string | Buffer }[] =
    Reflect.get(connection, 'writeBuffer') ?? [];
  for (const { data } of packets) left += data?.length ?? 0;
  return left;
}

/**
 * Waits until a run may be given more: what it has sent is on its way, and whoever waits has had a turn since it took a
 * whole portion. Otherwise a handler that only goes through a flood would hold up everybody else.
 *
 * @returns null if it may be at once, as nearly always: a promise would cost its share of every delivery
 */
export function roomFor({ signal, portion }: HandlerRun, { conn }: Socket): Promise<void> | null {
  const outbox = Outbox.of(conn);
  if (outbox?.isClear === false) return outbox.untilClear(signal);
  return portion.begun ? new Promise((resolve) => setImmediate(resolve)) : null;
}
