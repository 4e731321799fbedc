import { Manager } from 'socket.io-client';
import type { End } from './end.ts';
import { Parcels } from './messages/parcels.ts';
import { Positions } from './messages/position.ts';
import type { Subscriber } from './messages/subscriber.ts';
import { Namespace, type NamespacePage } from './namespace.ts';
import { ConnectionAdvice } from './reconnecting/connection-advice.ts';
import { type PageWindow, Patience } from './reconnecting/patience.ts';
import { PollingAdvice } from './reconnecting/polling-advice.ts';
import { RETRY, type RetryBounds } from './reconnecting/retry-delay.ts';
import { ReturnSigns } from './reconnecting/return-signs.ts';
import type { KnownState } from './state/connection-state.ts';
import { type FetchToken, PageToken } from './token/token.ts';

/** What a web client supplies. */
export interface PageOptions {
  fetchToken: FetchToken;
  /** Told of errors in handlers and of refusals, for the developer to see. */
  report(error: unknown): void;
  /** Told once if the page's transport is one that other tabs suffer from, and once if it gets no connection. */
  warn?(text: string): void;
  /** For how long it may have no connection before that is said, in milliseconds. */
  patienceMs?: number;
  /** After how long a transport counts as what it stays, in milliseconds. */
  transportStaysMs?: number;
  /** Nothing connects before this resolves, so that the first events find the handlers of addons. */
  ready?: Promise<unknown>;
  /** The sidecar's address when the token names none; without it the page's own. */
  origin?: string;
  retryBounds?: RetryBounds;
  /** Tells of `pagehide` and `pageshow`, and what the user does while the page waits. */
  window?: PageWindow;
  /** Only a client that shows it brings one: its code is a part of what every page loads. */
  record?: PageRecord | undefined;
}

/** Somebody who writes down what a page goes through. */
export interface PageRecord {
  watch(manager: Manager): void;
  /** No code wants this namespace any more. */
  forget(path: string): void;
}

/** All sockets of one page: one token and one transport. Nothing is made before it is used. */
export class Page implements NamespacePage {
  readonly token: PageToken;
  readonly patience: Patience;
  readonly parcels = new Parcels();
  readonly retryBounds: RetryBounds;
  readonly #options: PageOptions;
  readonly #namespaces = new Map<string, Namespace>();
  readonly #positions = new Map<string, Positions>();
  #manager: Promise<Manager> | undefined;
  readonly #signs: ReturnSigns | undefined;
  readonly #advice: PollingAdvice;
  readonly #connectionAdvice: ConnectionAdvice;
  #sidecar: string | undefined;
  #endedBy: string | undefined;

  constructor(options: PageOptions) {
    this.#options = options;
    this.retryBounds = options.retryBounds ?? RETRY;
    this.patience = new Patience(options.window);
    this.#advice = new PollingAdvice((text) => options.warn?.(text), options.transportStaysMs);
    this.#connectionAdvice = new ConnectionAdvice({
      warn: (text) => options.warn?.(text),
      origin: options.origin ?? globalThis.location?.origin,
      patienceMs: options.patienceMs,
    });
    this.token = new PageToken((known, signal) => this.#fetchToken(known, signal), this.patience);
    this.token.onOver(() => this.end('session_over'));
    if (options.window) this.#signs = new ReturnSigns(options.window, this);
    options.window?.addEventListener('pagehide', this.#onHide);
    options.window?.addEventListener('pageshow', this.#onShow);
  }

  /** Whether it has ended for good: sockets made from now on never connect. */
  get ended(): boolean {
    return this.#endedBy !== undefined;
  }

  /** What the page itself knows of its connection at this moment. */
  get known(): KnownState {
    const { cause } = this.#connectionAdvice;
    const { database } = this.token;
    const namespaces = [...this.#namespaces.values()];
    return {
      ...{ cause, database, ended: this.#endedBy, sidecar: this.#sidecar },
      namespaces: new Map(namespaces.map(({ path, connected }) => [path, connected])),
    };
  }

  /** Adds a subscriber to a namespace, whose connection is made for the first one. */
  join(path: string, subscriber: Subscriber): Namespace {
    let namespace = this.#namespaces.get(path);
    if (!namespace) {
      const positions = this.#positions.get(path) ?? new Positions();
      this.#positions.set(path, positions);
      namespace = new Namespace(path, this, positions);
      this.#namespaces.set(path, namespace);
      if (this.ended) namespace.close('ended');
    }
    namespace.subscribers.add(subscriber);
    namespace.greet(subscriber);
    return namespace;
  }

  /** Takes a subscriber away; the last one closes the connection of its namespace. */
  leave(namespace: Namespace, subscriber: Subscriber, reason: string): void {
    if (namespace.subscribers.size <= 1) {
      namespace.close(reason);
      this.forget(namespace);
      this.#options.record?.forget(namespace.path);
    }
    namespace.subscribers.delete(subscriber);
  }

  /** What Odoo has to know about the page has changed: tells Odoo, then the sidecar. */
  renew(): void {
    const namespaces = [...this.#namespaces.values()];
    const connected = namespaces.find((namespace) => namespace.connected);
    if (connected) void connected.prove();
    // Before the first socket is made, Odoo has been told nothing that could have changed.
    else if (namespaces.length > 0) this.token.prove().catch(() => undefined);
  }

  /** Ends all sockets and requests of this page for good: at logout, or when the session is over. */
  end(reason = 'logout'): void {
    if (this.ended) return;
    this.#endedBy = reason;
    this.#options.window?.removeEventListener('pagehide', this.#onHide);
    this.#options.window?.removeEventListener('pageshow', this.#onShow);
    this.#signs?.stop();
    this.#advice.stop();
    this.#connectionAdvice.stop();
    this.patience.stop();
    this.token.stop();
    this.#each((namespace) => namespace.close(reason));
  }

  /** The page may get through now: if it waits, it tries at once. */
  tryNow(isNetwork: boolean): boolean {
    const namespaces = [...this.#namespaces.values()];
    const hastened = namespaces.filter((namespace) => namespace.hasten());
    const cut = namespaces.filter((namespace) => namespace.isCut(isNetwork));
    // The manager ends its wait for the shared transport when no namespace wants it any more.
    for (const namespace of cut) namespace.hangUp();
    for (const namespace of cut) namespace.redial();
    return hastened.length + cut.length > 0;
  }

  serverEnds({ code, retry }: End): void {
    if (retry === true) this.#each((namespace) => namespace.comeBack(code));
    else this.end(code);
  }

  forget(namespace: Namespace): void {
    if (this.#namespaces.get(namespace.path) === namespace) {
      this.#namespaces.delete(namespace.path);
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
    this.#connectionAdvice.wanted();
    const { url } = await this.token.current();
    this.#sidecar = url ?? this.#options.origin ?? globalThis.location?.origin;
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
    this.#connectionAdvice.watch(manager);
    this.#options.record?.watch(manager);
    // A proxy that swallows WebSocket's handshake refuses nothing, so the attempt only times out. The next one begins
    // with long-polling, and takes WebSocket when a probe has come through.
    manager.on('error', ({ message }) => {
      if (message === 'timeout') manager.opts.transports = ['polling', 'websocket'];
    });
    return manager;
  }

  async #fetchToken(...[known, signal]: Parameters<FetchToken>): Promise<unknown> {
    try {
      const answer = await this.#options.fetchToken(known, signal);
      this.#connectionAdvice.tokenCame();
      return answer;
    } catch (error) {
      this.#connectionAdvice.tokenFailed(error);
      throw error;
    }
  }

  readonly #onHide = (): void => this.#each((namespace) => namespace.suspend());

  /** A page from the back/forward cache is the same page, with its handlers and positions. */
  readonly #onShow = (): void => this.#each((namespace) => namespace.resume());

  #each(action: (namespace: Namespace) => void): void {
    for (const namespace of [...this.#namespaces.values()]) action(namespace);
  }
}
