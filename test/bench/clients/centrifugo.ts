import { z } from 'zod';
import type { Page, PageHost, PageOptions, Protocol } from './page.ts';

const Auth = z.object({ token: z.string(), channel: z.string() });

interface Reply {
  readonly id?: number;
  readonly error?: unknown;
  readonly push?: { readonly pub?: { readonly data: { readonly number: number } } };
}

const CONNECT = 1;
const SUBSCRIBE = 2;

/** A page of Centrifugo: its bidirectional protocol in JSON over a WebSocket. */
class CentrifugoPage implements Page {
  readonly #auth: z.infer<typeof Auth>;
  readonly #options: PageOptions;
  readonly #host: PageHost;

  constructor(options: PageOptions, host: PageHost) {
    this.#auth = Auth.parse(options.auth);
    this.#options = options;
    this.#host = host;
  }

  onOpen(): void {
    this.#host.send(JSON.stringify({ id: CONNECT, connect: { token: this.#auth.token } }));
  }

  onText(text: string): void {
    const numbers: number[] = [];
    for (const line of text.trim().split('\n')) {
      // An empty object is a ping.
      if (line === '{}') this.#host.send('{}');
      else numbers.push(...this.#onReply(JSON.parse(line), line));
    }
    if (numbers.length > 0) this.#host.arrived(numbers);
  }

  #onReply({ id, error, push }: Reply, line: string): number[] {
    if (error !== undefined || (id === undefined && push === undefined)) {
      this.#host.fail(`A page was refused: ${line}`);
    } else if (id === CONNECT && this.#options.event !== null) {
      const subscribe = { channel: this.#auth.channel, recoverable: true };
      this.#host.send(JSON.stringify({ id: SUBSCRIBE, subscribe }));
    } else if (id !== undefined) {
      this.#host.ready();
    }
    return push?.pub === undefined ? [] : [push.pub.data.number];
  }
}

export const CENTRIFUGO: Protocol = {
  address({ host }) {
    return new URL(`ws://${host}/connection/websocket`);
  },
  open: (options, host) => new CentrifugoPage(options, host),
};
