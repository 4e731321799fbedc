import { Portion } from '../../delivery/listening/portion.ts';
import type { OnStop, StopSignal } from '../../lib/stop-signal.ts';
import {
  type Connection,
  type EnginePacket,
  leftOf,
  PACKET_BYTES,
  type WriteArguments,
} from './engine-packet.ts';
import { WaitingPackets } from './waiting-packets.ts';

export type { Connection } from './engine-packet.ts';

/** A character of a text has no more bytes than that. */
const MOST_BYTES = 3;
const OUTBOX = Symbol('outbox');

/** What an outbox puts on its connection: found quicker there, and in less memory, than in a map of all of them. */
interface Owned {
  readonly protocol: number;
  [OUTBOX]?: Outbox;
}

/** Who is told what waits. */
export interface OutboxOwner {
  /** A packet comes while so many bytes wait that the transport was not given yet. */
  grows(waiting: number): void;
  /** A packet of so many characters, or bytes, goes to the transport. */
  sends(characters: number): void;
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
  readonly #connection: Connection;
  readonly #owner: OutboxOwner;
  readonly #portion = new Portion();
  /** Null while nothing waits. */
  #waiting: WaitingPackets | null = null;
  /** All that was ever given to the transport, and what of it the page has. */
  #sent = 0;
  #received = 0;
  /** What had been sent before the oldest ping that is not answered yet; null if all are. */
  #ping: number | null = null;
  /** The same for those after it. Rare: a list for each connection would keep the places of seventeen. */
  #laterPings: number[] | null = null;
  #clear: Set<() => void> | null = null;

  constructor(connection: Connection, owner: OutboxOwner) {
    this.#connection = connection;
    this.#owner = owner;
    own(connection)[OUTBOX] = this;
    connection.write = write;
    connection.close = close;
    connection.on('packetCreate', onPacketCreate).on('packet', onPacket).on('close', onClose);
    // What begins with a WebSocket stays there.
    if (!this.#isPinged) connection.on('flush', onFlush).on('drain', onDrain).on('upgrade', onUpgrade);
  }

  /** That of a connection, if it was made for it. */
  static of(connection: Connection): Outbox | undefined {
    return own(connection)[OUTBOX];
  }

  /** How many bytes wait that the transport was not given yet. */
  get waiting(): number {
    return this.#waiting?.bytes ?? 0;
  }

  /** Forgets the events of a namespace that wait. */
  discard(nameSpace: string): void {
    if (this.#waiting === null) return;
    this.#waiting.discard(nameSpace);
    this.#clearIfEmpty();
  }

  /** How many pings the page has not answered yet. */
  get unanswered(): number {
    return this.#ping === null ? 0 : 1 + (this.#laterPings?.length ?? 0);
  }

  /** True if the transport has everything: what comes next goes on its way at once, or soon. */
  get isClear(): boolean {
    return this.#waiting === null;
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
  #canHaveCome(upto: number): boolean {
    if (!this.#isPinged) return true;
    const left = leftOf(this.#connection);
    return left === 0 || left <= (this.#sent - upto) * MOST_BYTES + PACKET_BYTES;
  }

  /** On the way of every packet: usually a few comparisons. */
  write(data: WriteArguments[0], options: WriteArguments[1], callback: WriteArguments[2]): void {
    if (this.#waiting !== null) this.#owner.grows(this.#waiting.bytes);
    if (this.isClear && this.#sent - this.#received < this.#portion.size) {
      this.#connection.send(data, options, callback);
      if (this.#sent - this.#received > this.#portion.size / 2) this.#askPage();
    } else {
      this.#waiting ??= new WaitingPackets();
      this.#waiting.add([data, options, callback]);
      this.#askPage();
    }
  }

  /** Everything goes on its way, since the connection is being closed. */
  flush(): void {
    this.#feed(Number.POSITIVE_INFINITY);
  }

  /** Engine.IO makes a packet. */
  created({ type, data }: EnginePacket): void {
    const characters = data?.length ?? 0;
    this.#owner.sends(characters);
    if (type !== 'ping') this.#sent += PACKET_BYTES + characters;
    else if (this.#ping === null) this.#ping = this.#sent;
    else {
      this.#laterPings ??= [];
      this.#laterPings.push(this.#sent);
    }
  }

  /** The page answered a ping, if that can be. */
  ponged(): void {
    const upto = this.#ping;
    if (upto !== null) {
      if (!this.#canHaveCome(upto)) return;
      this.#ping = this.#laterPings?.shift() ?? null;
      if (this.#ping === null) this.#laterPings = null;
      this.#arrived(upto);
    }
    // It may have been the answer to Engine.IO's own ping, behind which nothing was sent: nobody else asks.
    if (!this.isClear) this.#askPage();
  }

  /** The transport takes what it has. */
  flushed(): void {
    if (!this.#isPinged) this.#taken();
  }

  /** The transport has taken it. */
  drained(): void {
    if (!this.#isPinged) this.#feed();
  }

  /** From now on it is a WebSocket. */
  upgraded(): void {
    this.#arrived(this.#sent);
    this.#feed();
  }

  /** The connection is closed. */
  closed(): void {
    this.#waiting = null;
    this.#resolve();
  }

  /** The page has what was sent up to there. */
  #arrived(upto: number): void {
    if (upto <= this.#received) return;
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
    if (this.#waiting === null) return;
    while (this.#sent - this.#received < most) {
      const packet = this.#waiting?.take();
      if (packet === undefined) break;
      this.#connection.send(...packet);
    }
    this.#askPage();
    this.#clearIfEmpty();
  }

  #clearIfEmpty(): void {
    if (this.#waiting?.isEmpty !== true) return;
    this.#waiting = null;
    this.#resolve();
  }

  /** Asks the page to say when it has what was sent so far. */
  #askPage(): void {
    const { readyState } = this.#connection;
    if (!this.#isPinged || this.#ping !== null || readyState !== 'open') return;
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

function own(connection: Owned): Owned {
  return connection;
}

// One function for all connections, and not one for each: Node calls a listener with the one that it belongs to.

function write(
  this: Connection,
  data: WriteArguments[0],
  options: WriteArguments[1],
  callback: WriteArguments[2],
): Connection {
  own(this)[OUTBOX]?.write(data, options, callback);
  return this;
}

function close(this: Connection, discard?: boolean): void {
  // What was sent before is still to arrive: Engine.IO waits for what it has, so it is given everything.
  if (discard !== true) own(this)[OUTBOX]?.flush();
  const { close: closeNow }: Pick<Connection, 'close'> = Object.getPrototypeOf(this);
  closeNow.call(this, discard);
}

function onPacketCreate(this: Connection, packet: EnginePacket): void {
  own(this)[OUTBOX]?.created(packet);
}

function onPacket(this: Connection, { type }: EnginePacket): void {
  if (type === 'pong') own(this)[OUTBOX]?.ponged();
}

function onFlush(this: Connection): void {
  own(this)[OUTBOX]?.flushed();
}

function onDrain(this: Connection): void {
  own(this)[OUTBOX]?.drained();
}

function onUpgrade(this: Connection): void {
  own(this)[OUTBOX]?.upgraded();
}

function onClose(this: Connection): void {
  own(this)[OUTBOX]?.closed();
}
