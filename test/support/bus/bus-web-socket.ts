import { EventEmitter, once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';

const Frame = z.array(
  z.strictObject({ id: z.number(), message: z.strictObject({ type: z.string(), payload: z.unknown() }) }),
);

/** One notification, as Odoo's JavaScript gets it. */
export type Received = z.infer<typeof Frame>[number];

/** How a connection ended. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** Connects to `/websocket` as Odoo's worker in the browser does, without its reconnecting. */
export class BusWebSocket {
  readonly ws: WebSocket;
  readonly closed: Promise<Closed>;
  readonly frames: Received[][] = [];
  /** What the worker would say when it comes back. */
  last = 0;
  readonly #events = new EventEmitter();

  private constructor(ws: WebSocket) {
    this.ws = ws;
    this.closed = new Promise((resolve) =>
      ws.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    ws.on('error', () => undefined);
    ws.on('message', (data) => {
      const frame = Frame.parse(JSON.parse(data.toString()));
      this.frames.push(frame);
      this.last = frame.at(-1)?.id ?? this.last;
      this.#events.emit('more');
    });
    onTestFinished(() => ws.terminate());
  }

  /** Begins to connect. @param url of the sidecar; the Origin is the same unless given */
  static begin(url: string, headers: Readonly<Record<string, string>> = {}, query = ''): BusWebSocket {
    const { host, origin } = new URL(url);
    return new BusWebSocket(
      new WebSocket(`ws://${host}/websocket${query}`, { headers: { Origin: origin, ...headers } }),
    );
  }

  /** @throws if it is refused */
  static async open(...handshake: Parameters<typeof BusWebSocket.begin>): Promise<BusWebSocket> {
    const socket = BusWebSocket.begin(...handshake);
    await once(socket.ws, 'open');
    return socket;
  }

  /** The status of a handshake that is refused. */
  static async refusal(...handshake: Parameters<typeof BusWebSocket.begin>): Promise<number> {
    const { ws } = BusWebSocket.begin(...handshake);
    const [, response] = await once(ws, 'unexpected-response');
    return z.object({ statusCode: z.number() }).parse(response).statusCode;
  }

  send(frame: unknown): void {
    this.ws.send(JSON.stringify(frame));
  }

  subscribe(channels: readonly string[] = [], last = this.last): void {
    this.send({ event_name: 'subscribe', data: { channels, last } });
  }

  /** What it got, without marks. */
  get received(): Received[] {
    return this.frames.flat().filter(({ message }) => !message.type.startsWith('web_socketio_bus.'));
  }

  get payloads(): unknown[] {
    return this.received.map(({ message }) => message.payload);
  }

  /** Until it has got so many notifications. @throws if it is closed before */
  async until(count: number): Promise<unknown[]> {
    while (this.received.length < count) {
      const ended = this.closed.then((closed) => {
        throw new Error(`Closed with ${closed.code} ${closed.reason}`);
      });
      await Promise.race([once(this.#events, 'more'), ended]);
    }
    return this.payloads;
  }
}
