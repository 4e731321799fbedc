import {
  type DisconnectMethod,
  type Handler,
  type ReconnectMethod,
  Subscriber,
} from './messages/subscriber.ts';
import type { Namespace } from './namespace.ts';
import type { Page } from './page.ts';

/** `SocketIO` as a web client offers it to addons, bound to its page. */
export type SocketIOClass = new (namespace: string) => SocketIO;

/**
 * A namespace of the sidecar, in the browser: `new SocketIO('/mynamespace')`.
 *
 * It connects and reconnects on its own, and all of a page share one transport. Handlers stay registered over reconnects.
 * A handler that returns without throwing acknowledges the event.
 *
 * Private by TypeScript's `private` only: Owl wraps what lies in a component's state into a Proxy, through which
 * `#private` fields can't be reached.
 */
export class SocketIO {
  /** The namespace, such as `/longpolling`. */
  readonly namespace: string;
  private readonly page: Page;
  private readonly subscriber = new Subscriber();
  private readonly connection: Namespace;
  private readonly stops = new Set<() => void>();

  constructor(namespace: string, page: Page) {
    this.namespace = namespace;
    this.page = page;
    this.connection = page.join(namespace, this.subscriber);
  }

  /** Whether the namespace is connected at this moment. */
  get connected(): boolean {
    return this.connection.connected && this.connection.subscribers.has(this.subscriber);
  }

  /** Calls `handler` with the arguments of each `event`. */
  on(event: string, handler: Handler): this {
    this.subscriber.add(event, handler, false);
    return this;
  }

  /** Calls `handler` for the next `event` only. */
  once(event: string, handler: Handler): this {
    this.subscriber.add(event, handler, true);
    return this;
  }

  /** Removes a handler of `event`, or all that were registered with this object. */
  off(event: string, handler?: Handler): this {
    this.subscriber.remove(event, handler);
    return this;
  }

  /** Sends an event, kept while disconnected. A function as last argument is called with the server's answer. */
  emit(event: string, ...args: unknown[]): this {
    if (this.connection.subscribers.has(this.subscriber)) this.connection.emit(event, args);
    return this;
  }

  /**
   * Sends an event now and again at each connection, so that the server's handler of it runs as long as this is wanted.
   * All of a page who subscribe to the same share one handler. A function as last argument is called with each answer.
   *
   * @returns ends it; so does `disconnect`. The last of the page who does so ends the server's handlers of it
   */
  subscribe(event: string, ...args: unknown[]): () => void {
    if (!this.connection.subscribers.has(this.subscriber)) return () => undefined;
    const last = args.at(-1);
    const stop =
      typeof last === 'function'
        ? this.connection.subscriptions.add(event, args.slice(0, -1), (...answer) => last(...answer))
        : this.connection.subscriptions.add(event, args, (answer) =>
            this.subscriber.refuse(event, answer, this.namespace, (error) => this.page.report(error)),
          );
    const end = () => {
      if (this.stops.delete(end)) stop();
    };
    this.stops.add(end);
    return end;
  }

  /** Ends this object for good: no more events in either direction, and what it subscribed to. */
  disconnect(): void {
    for (const stop of [...this.stops]) stop();
    if (this.connection.subscribers.has(this.subscriber)) {
      this.page.leave(this.connection, this.subscriber, 'io client disconnect');
    }
  }

  /** Calls `method` each time the namespace is connected again, not the first time. */
  add_reconnect_method(method: ReconnectMethod): void {
    this.subscriber.reconnectMethods.push(method);
  }

  /** Calls `method` with the reason each time the connection is lost or ended. */
  add_disconnect_method(method: DisconnectMethod): void {
    this.subscriber.disconnectMethods.push(method);
  }
}
