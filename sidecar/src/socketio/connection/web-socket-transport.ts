import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Transport } from 'engine.io';
import type { RawData, WebSocket } from 'ws';
import { writeTogether } from '../../lib/http/write-together.ts';
import { textFrame } from '../../lib/text-frame.ts';
import { forgetLast } from './last-message.ts';
import { type Packet, readyFrame, sendFrame } from './ready-frame.ts';

/** What Engine.IO hands to a transport: it has put the query and the WebSocket there. */
export interface UpgradeRequest extends IncomingMessage {
  readonly _query: Record<string, string>;
  readonly websocket: WebSocket;
}

type Encoded = string | Buffer;
type Listener = Parameters<Transport['on']>[1];

const TRANSPORT = Symbol('transport');
/** How long a client may take to read what it was sent before the end, in milliseconds: as long as ws waits for its goodbye. */
const UNREAD_MS = 30_000;

/**
 * Carries the packets of one connection over its WebSocket, as Engine.IO's own transport does. That one has eleven
 * functions of its own for each connection, and is told of each packet when the system has taken it; for 20,000 pages they
 * were a kilobyte each. Here the functions are shared, and a packet is handed on at once: how much may wait is the
 * business of the outbox.
 */
export class WebSocketTransport extends Transport {
  /** The name by which Engine.IO's users know it. */
  readonly socket: WebSocket;
  readonly #stream: Duplex;
  /** Once its listeners are those of all transports: whose it is. */
  #connection: object | null = null;
  /** When the last ping was sent, in whole milliseconds of the monotonic clock: those take no memory of their own. */
  #pingedAt = 0;
  #latency = 0;

  constructor(request: UpgradeRequest) {
    super(request);
    this.socket = request.websocket;
    this.#stream = request.socket;
    own(this.socket)[TRANSPORT] = this;
    // The listener that Engine.IO has there until now only keeps an error from ending the process.
    this.socket.removeAllListeners('error');
    this.socket.on('message', onMessage).on('close', onClose).on('error', onError);
    this.writable = true;
  }

  /** Nobody is told here of headers, which are the WebSocket's own, nor that it is ready, which it always is. */
  override on(event: string, listener: Listener): this {
    return event === 'headers' || event === 'ready' ? this : super.on(event, listener);
  }

  /** It is closed once, and Engine.IO listens to no second error: a function that counts would be one more for each connection. */
  override once(event: string, listener: Listener): this {
    return this.on(event, listener);
  }

  /** How long the last answer to a ping took, in milliseconds, 1 at least; 0 before the first. */
  get latency(): number {
    return this.#latency;
  }

  get name(): string {
    return 'websocket';
  }

  /** Engine.IO asks whether it can be upgraded to this one. */
  get handlesUpgrades(): boolean {
    return true;
  }

  send(packets: readonly Packet[]): void {
    for (const packet of packets) this.#send(packet);
    // Engine.IO counts one for each call.
    this.emit('drain');
  }

  #send(packet: Packet): void {
    const { socket } = this;
    if (packet.type === 'ping') this.#pingedAt = Math.round(performance.now());
    const ready = readyFrame(packet);
    if (ready !== null && sendFrame(socket, ready)) return;
    const data = this.#encode(packet);
    // A frame in one buffer: ws writes it in two pieces, for a fifth more of the processor's time.
    if (typeof data !== 'string' || !sendFrame(socket, [textFrame(data)])) socket.send(data);
  }

  /** What is sent until the end of this turn of the event loop goes to the system in one piece. */
  sendTogether(): void {
    writeTogether(this.#stream);
  }

  doClose(closed?: () => void): void {
    if (this.socket.bufferedAmount === 0) this.socket.close();
    else closeBehind(this.socket);
    closed?.();
  }

  get isSettled(): boolean {
    return this.#connection !== null;
  }

  /** From now on its listeners are those of all transports, instead of five that Engine.IO makes for each. */
  settle(connection: object): void {
    this.#connection = connection;
    for (const [event, listener] of LISTENERS) this.on(event, listener);
  }

  /** Tells its connection, as Engine.IO 6.6 does by what its `setTransport` listens to. */
  tell(method: 'onError' | 'onPacket' | 'onDrain' | 'onClose', ...args: readonly unknown[]): void {
    const connection = this.#connection;
    if (connection !== null) Reflect.apply(Reflect.get(connection, method), connection, args);
  }

  /** @param data a message of its client */
  receive(data: RawData, isBinary: boolean): void {
    this.onData(isBinary ? data : data.toString());
  }

  /** The last ping was answered. */
  ponged(): void {
    if (this.#pingedAt > 0) this.#latency = Math.max(1, Math.round(performance.now()) - this.#pingedAt);
    this.#pingedAt = 0;
  }

  /** The WebSocket is closed. */
  closed(): void {
    this.onClose();
  }

  /** The WebSocket failed; it will be closed. */
  failed(error: Error): void {
    this.onError(String(error));
  }

  #encode(packet: Packet): Encoded {
    this.parser.encodePacket(packet, this.supportsBinary, keep);
    return encoded;
  }
}

const LISTENERS: readonly (readonly [string, Listener])[] = [
  ['error', ofTransport((transport, error) => transport.tell('onError', error))],
  [
    'packet',
    ofTransport((transport, packet) => {
      if (isPong(packet)) transport.ponged();
      transport.tell('onPacket', packet);
    }),
  ],
  ['drain', ofTransport((transport) => transport.tell('onDrain'))],
  ['close', ofTransport((transport) => transport.tell('onClose', 'transport close'))],
];

function ofTransport(tell: (transport: WebSocketTransport, ...args: unknown[]) => void): Listener {
  return function call(this: WebSocketTransport, ...args: unknown[]) {
    tell(this, ...args);
  };
}

function isPong(packet: unknown): boolean {
  return typeof packet === 'object' && packet !== null && 'type' in packet && packet.type === 'pong';
}

let encoded: Encoded = '';

function keep(data: Encoded): void {
  encoded = data;
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  forgetLast(this);
  transportOf(this)?.receive(data, isBinary);
}

function onClose(this: WebSocket): void {
  transportOf(this)?.closed();
}

function onError(this: WebSocket, error: Error): void {
  transportOf(this)?.failed(error);
}

/**
 * Closes it when the system has taken what was sent, since ws waits only so long for the other side's goodbye; and at the latest
 * when the time is over.
 */
function closeBehind(socket: WebSocket): void {
  // Its pings would be answered behind what it does not read, without end.
  socket.pause();
  const timer = setTimeout(() => socket.terminate(), UNREAD_MS);
  socket.once('close', () => clearTimeout(timer));
  // Nobody answers a pong; this one is told when it has gone, with all that was before.
  socket.pong('', false, () => {
    clearTimeout(timer);
    socket.resume();
    socket.close();
  });
}

function transportOf(socket: WebSocket): WebSocketTransport | null {
  return own(socket)[TRANSPORT] ?? null;
}

/** What a transport puts on its WebSocket. */
interface Owned {
  readonly readyState: number;
  [TRANSPORT]?: WebSocketTransport;
}

function own(socket: Owned): Owned {
  return socket;
}
