import { EventEmitter, once } from 'node:events';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { z } from 'zod';
import { BusNotification, POSITION } from './bus-notification.ts';

export interface BusSocketOptions {
  /** All of the browser's cookies. */
  readonly cookie?: string;
  /** The page's own unless given; null leaves the header out. */
  readonly origin?: string | null;
  /** What the page's worker says that it is; Odoo 19.0's own unless given, null leaves it out. */
  readonly version?: string | null;
  /** None unless given, as programs do that are no browsers. */
  readonly userAgent?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers no ping. */
  readonly isDeaf?: boolean;
  /** Where its release is registered; the test's own end unless given, which tests that run at the same time do not share. */
  onFinished?(release: () => void): void;
}

/** How a socket ended. */
export interface BusEnd {
  readonly code: number;
  readonly reason: string;
}

/** The version of the worker in Odoo 19.0. */
export const WORKER_VERSION = '19.0-2';

/** One WebSocket at `/websocket`, as the worker in Odoo's pages has it. */
export class BusSocket {
  /** What came, frame by frame. */
  readonly frames: (readonly BusNotification[])[] = [];
  readonly closed: Promise<BusEnd>;
  readonly socket: WebSocket;
  readonly #events = new EventEmitter<{ frame: [] }>();
  #forgotten = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.#events.setMaxListeners(0);
    socket.on('message', (data) => {
      this.frames.push(z.array(BusNotification).parse(JSON.parse(`${data}`)));
      this.#events.emit('frame');
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: `${reason}` });
        this.#events.emit('frame');
      });
    });
  }

  /** One that is open; it ends with the test. Throws an error with the status of the answer if it is refused. */
  static async open(url: string, options: BusSocketOptions = {}): Promise<BusSocket> {
    const { onFinished = onTestFinished } = options;
    const socket = dial(url, options);
    onFinished(() => socket.terminate());
    const opened = new BusSocket(socket);
    await once(socket, 'open');
    return opened;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** All that pages see, in the order in which it came. */
  get notifications(): BusNotification[] {
    return this.frames
      .slice(this.#forgotten)
      .flat()
      .filter(({ message }) => message.type !== POSITION);
  }

  /** The types of all of them. */
  get types(): string[] {
    return this.notifications.map(({ message }) => message.type);
  }

  /** Leaves what has come so far out of `notifications`. */
  forget(): void {
    this.#forgotten = this.frames.length;
  }

  /** What Odoo's worker says of itself when it subscribes anew. */
  get last(): number {
    return this.frames.at(-1)?.at(-1)?.id ?? 0;
  }

  /** Sends a frame as it is; what is neither text nor bytes, as JSON. */
  send(frame: unknown): void {
    this.socket.send(
      typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame),
    );
  }

  event(event_name: string, data: unknown): void {
    this.send({ event_name, data });
  }

  subscribe(channels: readonly unknown[], last: unknown = this.last): void {
    this.event('subscribe', { channels, last });
  }

  /** The first notification of that type, of those that came and will come. */
  async next(type: string, payload?: unknown): Promise<BusNotification> {
    const wanted = payload === undefined ? undefined : JSON.stringify(payload);
    for (;;) {
      const found = this.notifications.find(
        ({ message }) =>
          message.type === type && (wanted === undefined || JSON.stringify(message.payload) === wanted),
      );
      if (found !== undefined) return found;
      if (this.socket.readyState >= WebSocket.CLOSING) {
        const { code, reason } = await this.closed;
        throw new Error(`The socket was closed with ${code} ${reason} before '${type}' came`);
      }
      await once(this.#events, 'frame');
    }
  }

  async close(code = 1000): Promise<BusEnd> {
    this.socket.close(code);
    return await this.closed;
  }
}

function dial(
  url: string,
  {
    cookie,
    origin = url,
    version = WORKER_VERSION,
    userAgent,
    headers = {},
    isDeaf = false,
  }: BusSocketOptions,
): WebSocket {
  const target = new URL(`/websocket${version === null ? '' : `?version=${version}`}`, url);
  target.protocol = target.protocol.replace('http', 'ws');
  return new WebSocket(target, {
    autoPong: !isDeaf,
    perMessageDeflate: false,
    headers: {
      ...(origin === null ? {} : { Origin: origin }),
      ...(cookie === undefined ? {} : { Cookie: cookie }),
      ...(userAgent === undefined ? {} : { 'User-Agent': userAgent }),
      ...headers,
    },
  });
}
