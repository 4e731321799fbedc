import { Manager } from 'socket.io-client';
import type { End } from './end.ts';
import { Namespace, type NamespacePage } from './namespace.ts';
import { Parcels } from './parcels.ts';
import { type PageWindow, Patience } from './patience.ts';
import { PollingAdvice } from './polling-advice.ts';
import { Positions } from './position.ts';
import { RETRY, type RetryBounds } from './retry-delay.ts';
import { ReturnSigns } from './return-signs.ts';
import type { Subscriber } from './subscriber.ts';
import { type FetchToken, PageToken } from './token.ts';

/** What a web client supplies. */
export interface PageOptions {
  fetchToken: FetchToken;
  /** Told of errors in handlers and of refusals, for the developer to see. */
  report(error: unknown): void;
  /** Told once if the page's transport is one that other tabs suffer from. */
  warn?(text: string): void;
  /** After how long a transport counts as what it stays, in milliseconds. */
  transportStaysMs?: number;
  /** Nothing connects before this resolves, so that the first events find the handlers of addons. */
  ready?: Promise<unknown>;
  /** The sidecar's address when the token names none; without it the page's own. */
  origin?: string;
  retryBounds?: RetryBounds;
  /** Tells of `pagehide` and `pageshow`, and what the user does while the page waits. */
  window?: PageWindow;
}

/** All sockets of one page: one token, one transport, one connection per namespace. Nothing is made before it is used. */
export class Page implements NamespacePage {
  readonly token: PageToken;
  readonly patience: Patience;
  readonly parcels = new Parcels();
  readonly retryBounds: RetryBounds;
  readonly #options: PageOptions;
  readonly #connections = new Map<string, Namespace>();
  readonly #positions = new Map<string, Positions>();
  #manager: Promise<Manager> | undefined;
  readonly #signs: ReturnSigns | undefined;
  readonly #advice: PollingAdvice;
  #ended = false;

  constructor(options: PageOptions) {
    this.#options = options;
    this.retryBounds = options.retryBounds ?? RETRY;
    this.patience = new Patience(options.window);
    this.#advice = new PollingAdvice((text) => options.warn?.(text), options.transportStaysMs);
    this.token = new PageToken(options.fetchToken, this.patience);
    this.token.onOver(() => this.end('session_over'));
    if (options.window) this.#signs = new ReturnSigns(options.window, this);
    options.window?.addEventListener('pagehide', this.#onHide);
    options.window?.addEventListener('pageshow', this.#onShow);
  }

  /** Whether it ended for good: sockets that are made now will never connect. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Adds a subscriber to a namespace, whose connection is made for the first one. */
  join(namespace: string, subscriber: Subscriber): Namespace {
    let connection = this.#connections.get(namespace);
    if (!connection) {
      const positions = this.#positions.get(namespace) ?? new Positions();
      this.#positions.set(namespace, positions);
      connection = new Namespace(namespace, this, positions);
      this.#connections.set(namespace, connection);
      if (this.#ended) connection.close('ended');
    }
    connection.subscribers.add(subscriber);
    connection.greet(subscriber);
    return connection;
  }

  /** Takes a subscriber away; the last one closes the connection of its namespace. */
  leave(connection: Namespace, subscriber: Subscriber, reason: string): void {
    if (connection.subscribers.size <= 1) {
      connection.close(reason);
      this.forget(connection);
    }
    connection.subscribers.delete(subscriber);
  }

  /** What OpenERP has to know of the page has changed: tells it, and lets the sidecar know. */
  renew(): void {
    const connections = [...this.#connections.values()];
    const connected = connections.find((connection) => connection.connected);
    if (connected) void connected.prove();
    // Until a first socket is made, nothing has been told that could have changed.
    else if (connections.length > 0) this.token.prove().catch(() => undefined);
  }

  /** Ends all sockets and requests of this page for good: at logout, or when the session is over. */
  end(reason = 'logout'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.window?.removeEventListener('pagehide', this.#onHide);
    this.#options.window?.removeEventListener('pageshow', this.#onShow);
    this.#signs?.stop();
    this.#advice.stop();
    this.patience.stop();
    this.token.stop();
    this.#each((connection) => connection.close(reason));
  }

  /** The page may get through now: it waits no longer, if it does. */
  tryNow(isNetwork: boolean): boolean {
    const connections = [...this.#connections.values()];
    const hastened = connections.filter((connection) => connection.hasten());
    const cut = connections.filter((connection) => connection.isCut(isNetwork));
    // Of the transport that all share, the manager forgets its wait when none of them wants it.
    for (const connection of cut) connection.hangUp();
    for (const connection of cut) connection.redial();
    return hastened.length + cut.length > 0;
  }

  serverEnds({ code, retry }: End): void {
    if (retry === true) this.#each((connection) => connection.comeBack(code));
    else this.end(code);
  }

  forget(connection: Namespace): void {
    if (this.#connections.get(connection.namespace) === connection) {
      this.#connections.delete(connection.namespace);
    }
  }

  report(error: unknown): void {
    this.#options.report(error);
  }

  manager(): Promise<Manager> {
    this.#manager ??= this.#makeManager();
    return this.#manager;
  }

  async #makeManager(): Promise<Manager> {
    await this.#options.ready;
    const { url } = await this.token.current();
    const manager = new Manager(url ?? this.#options.origin, {
      path: '/socket.io/',
      // With long-polling every request of a page has to reach the same sidecar: a proxy can tell pages by it.
      query: { page: Math.random().toString(36).slice(2) },
      autoConnect: false,
      transports: ['websocket', 'polling'],
      // Where WebSocket is refused, the same attempt goes on with long-polling.
      tryAllTransports: true,
      reconnectionDelay: this.retryBounds.minMs,
      reconnectionDelayMax: this.retryBounds.maxMs,
      randomizationFactor: 0.9,
    });
    manager.on('open', () => this.#advice.opened(manager));
    // A proxy that swallows WebSocket's handshake refuses nothing, so the attempt only times out. The next one begins
    // with long-polling, and takes WebSocket when a probe has come through.
    manager.on('error', ({ message }) => {
      if (message === 'timeout') manager.opts.transports = ['polling', 'websocket'];
    });
    return manager;
  }

  readonly #onHide = (): void => this.#each((connection) => connection.suspend());

  /** A page out of the back/forward cache is the same page, with its handlers and positions. */
  readonly #onShow = (): void => this.#each((connection) => connection.resume());

  #each(action: (connection: Namespace) => void): void {
    for (const connection of [...this.#connections.values()]) action(connection);
  }
}
