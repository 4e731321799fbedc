import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Page } from '../../../addon/web_socketio/src/page.ts';
import type { RetryBounds } from '../../../addon/web_socketio/src/reconnecting/retry-delay.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { fingerprint } from './fingerprint.ts';
import { type Channel, type Counted, NAMESPACES, type PageRecord } from './page-record.ts';
import type { Login, TokenRoute } from './token-route.ts';

/** How pages of a case behave. */
export interface PageBehaviour {
  /** The sidecar's address, or a proxy's. */
  readonly origin: string;
  readonly channels: readonly Channel[];
  readonly retryBounds?: RetryBounds;
  /** The share of batches that its handler refuses. */
  readonly refusals?: number;
  /** How long a handler works at most. */
  readonly workMs?: number;
}

/** The user of a page that is not told who it is. */
export const ADMIN = { uid: 1, password: 'a' };

/** The browser's half, without a browser: one page with a handler for each of its channels, which remembers everything. */
export class ClientPage {
  readonly record: PageRecord = {
    shown: { each: [], queue: [], flood: [] },
    resyncs: [],
    disconnects: [],
    reports: [],
    fetches: 0,
  };
  /** Until then, handlers refuse poisoned messages. */
  cured = false;
  readonly #page: Page;
  readonly #sockets: readonly SocketIO[];
  readonly #behaviour: PageBehaviour;

  constructor(route: TokenRoute, behaviour: PageBehaviour, login: Partial<Login> = {}) {
    const whole: Login = { ...ADMIN, session: randomBytes(8).toString('hex'), ...login };
    this.#behaviour = behaviour;
    this.#page = new Page({
      origin: behaviour.origin,
      fetchToken: ({ token }) => {
        this.record.fetches += 1;
        return route.answer(whole, token);
      },
      report: (error) => this.record.reports.push(error instanceof Error ? error.message : String(error)),
      retryBounds: behaviour.retryBounds ?? { minMs: 200, maxMs: 1_000 },
    });
    this.#sockets = behaviour.channels.map((channel) => this.#open(channel));
  }

  get connected(): boolean {
    return this.#sockets.every((socket) => socket.connected);
  }

  end(): void {
    this.#page.end();
  }

  #open(channel: Channel): SocketIO {
    const socket = new SocketIO(NAMESPACES[channel], this.#page);
    const { resyncs, disconnects } = this.record;
    socket.on(channel, (messages: Counted[]) => this.#take(channel, messages));
    socket.on('resync', ({ reason, channel: about }: { reason: string; channel?: string }) => {
      resyncs.push({ reason, channel: about, at: Date.now() });
    });
    socket.add_disconnect_method((reason) => disconnects.push({ reason, at: Date.now() }));
    return socket;
  }

  async #take(channel: Channel, messages: readonly Counted[]): Promise<void> {
    const { refusals = 0, workMs = 0 } = this.#behaviour;
    const at = Date.now();
    if (workMs > 0) await setTimeout(Math.random() * workMs);
    const isPoisoned = !this.cured && messages.some(({ values }) => values.poison === true);
    const ok = !isPoisoned && Math.random() >= refusals;
    for (const { id, values } of messages) {
      this.record.shown[channel].push({ id, print: fingerprint(values), at, ok });
    }
    if (!ok) throw new Error('refused on purpose');
  }
}
