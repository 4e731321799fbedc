import { z } from 'zod';
import type { Page, PageHost, Protocol } from './page.ts';

/** The acknowledgement by which a page knows that it listens. */
const LISTENING = 0;

interface SocketIoOptions {
  readonly auth: unknown;
  /** By which it begins to listen; none if it only connects. */
  readonly events: readonly string[];
  /** Its namespace. */
  readonly path: string;
}

/** A page of the sidecar: Engine.IO 4 and Socket.IO 5 over a WebSocket. */
class SocketIoPage implements Page {
  readonly #options: SocketIoOptions;
  readonly #host: PageHost;

  constructor(options: SocketIoOptions, host: PageHost) {
    this.#options = options;
    this.#host = host;
  }

  /** The server speaks first. */
  onOpen(): void {}

  onText(text: string): void {
    const { path, auth } = this.#options;
    if (text === '2') this.#host.send('3');
    else if (text.startsWith('0')) this.#host.send(`40${path},${JSON.stringify(auth)}`);
    else this.#onPacket(text.slice(0, 2), text.slice(2 + path.length + 1));
  }

  #onPacket(type: string, rest: string): void {
    if (type === '40') this.#onConnect();
    else if (type === '42') this.#onEvent(rest);
    else if (type === '43') this.#host.ready();
    else this.#host.fail(`A page was refused: ${type}${rest}`);
  }

  #onConnect(): void {
    const { events, path } = this.#options;
    if (events.length === 0) {
      this.#host.ready();
      return;
    }
    for (const event of events) this.#host.send(`42${path},["${event}"]`);
    // Their handlers never end; what comes after them is answered when they listen.
    this.#host.send(`42${path},${LISTENING}["stop event","no other event"]`);
  }

  #onEvent(rest: string): void {
    const start = rest.indexOf('[');
    const [name, messages]: [string, { number: number }[]] = JSON.parse(rest.slice(start));
    if (start > 0) this.#host.send(`43${this.#options.path},${rest.slice(0, start)}[{"ok":true}]`);
    if (name === 'bench') this.#host.arrived(messages.map(({ number }) => number));
  }
}

function address({ host }: URL): URL {
  return new URL(`ws://${host}/socket.io/?EIO=4&transport=websocket`);
}

export const SOCKET_IO: Protocol = {
  address,
  open: ({ auth, event, path }, host) =>
    new SocketIoPage({ auth, path, events: event === null ? [] : [event] }, host),
};

const Introduction = z.object({ auth: z.unknown(), events: z.array(z.string()) });

/** Of pages that say by which events each of them begins to listen. */
export const SOCKET_IO_MANY: Protocol = {
  address,
  open: ({ auth, path }, host) => new SocketIoPage({ ...Introduction.parse(auth), path }, host),
};
