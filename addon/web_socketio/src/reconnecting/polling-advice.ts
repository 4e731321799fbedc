import type { Manager } from 'socket.io-client';
import { after } from './retry-delay.ts';

/** A transport that has not been upgraded by then stays as it is. */
const STAYS_MS = 20_000;
/** How long other tabs take to answer. */
const ANSWERS_MS = 2_000;
/** From this many tabs on it warns: six of them block every other request. */
const TABS = 3;
const CHANNEL = 'web_socketio.polling';

/** What a browser tells about its requests. */
type Requests = Pick<typeof PerformanceObserver, 'prototype'> &
  (new (
    seen: (list: { getEntries(): PerformanceEntry[] }) => void,
  ) => PerformanceObserver);

/**
 * Warns of long-polling over HTTP/1.1. Each page keeps a request open there, and a browser opens six connections to a
 * host: a user with six tabs waits for Odoo itself, without an error anywhere that says why.
 */
export class PollingAdvice {
  readonly #warn: (text: string) => void;
  readonly #staysMs: number;
  readonly #id = Math.random();
  readonly #others = new Set<unknown>();
  #callOff: () => void = () => undefined;
  #observer: PerformanceObserver | undefined;
  #channel: BroadcastChannel | undefined;

  /** @param warn called once */
  constructor(warn: (text: string) => void, staysMs: number = STAYS_MS) {
    this.#warn = warn;
    this.#staysMs = staysMs;
  }

  /** The page has a transport. */
  opened({ engine }: Manager): void {
    this.#callOff();
    if (this.#channel || engine.transport.name !== 'polling') return;
    this.#callOff = after(this.#staysMs, () => {
      if (engine.readyState === 'open' && engine.transport.name === 'polling') this.#observe();
    });
  }

  stop(): void {
    this.#callOff();
    this.#observer?.disconnect();
    this.#channel?.close();
  }

  /** The browser's list of past requests is full after 250, so the next request has to tell. */
  #observe(): void {
    const Observer: Requests | undefined = globalThis.PerformanceObserver;
    if (!Observer || this.#observer) return;
    this.#observer = new Observer((list) => {
      const polls = list.getEntries().filter(({ name }) => /\/socket\.io\/.*transport=polling/.test(name));
      // Empty means another host, which does not tell.
      const isOld = polls.some((entry) => Reflect.get(entry, 'nextHopProtocol') === 'http/1.1');
      if (polls.length > 0) this.#observer?.disconnect();
      if (isOld) this.#count();
    });
    this.#observer.observe({ type: 'resource' });
  }

  #count(): void {
    if (!globalThis.BroadcastChannel) return;
    const channel = new BroadcastChannel(CHANNEL);
    this.#channel = channel;
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data === 'who') channel.postMessage(this.#id);
      else this.#others.add(data);
    });
    channel.postMessage('who');
    this.#callOff = after(ANSWERS_MS, () => {
      const tabs = this.#others.size + 1;
      if (tabs < TABS) return;
      this.#warn(
        `${tabs} tabs of this browser use long-polling over HTTP/1.1. Each keeps one of the six connections that a browser opens to a host, so a few more tabs stop Odoo itself. Have the proxy let WebSocket through, or speak HTTP/2: see "The proxy contract" in docs/operations.md.`,
      );
    });
  }
}
