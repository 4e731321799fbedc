import type { AdapterClass } from './adapter.ts';
import { AbortError } from './error.ts';
import { describeMethods, type EventDescription } from './event-description.ts';
import type { NameSpaceHost, Run, Session } from './host.ts';
import type { Values } from './message.ts';
import { type Model, wrapModel } from './model.ts';
import { sessionMissing } from './session-missing.ts';
import { SidecarError } from './sidecar-error.ts';

const EVENT = /^[\p{L}\p{N}_ .:/-]{1,100}$/u;
/** The sidecar's own business: a page that could call it would lift its own restrictions. */
const SESSION_METHOD = 'on_session_id';

let readHost: (nameSpace: OpenERPNameSpace) => NameSpaceHost;

/**
 * The server side of a namespace. Extend it and add a method `on_<event>` for each event; each socket has an instance
 * of its own, so fields of it are the state that the socket's events share.
 *
 * What a method returns, or resolves to, acknowledges the event.
 */
export class OpenERPNameSpace {
  readonly #host: NameSpaceHost;

  static {
    readHost = (nameSpace) => nameSpace.#host;
  }

  constructor(host: NameSpaceHost) {
    this.#host = host;
  }

  /**
   * The events that have a handler, for `--check-config`: those of the methods `on_<event>`, unless overridden. Override
   * it together with `recvEvent`.
   */
  static describeEvents(): readonly EventDescription[] {
    // biome-ignore lint/complexity/noThisInStatic: the class that inherits it is meant.
    return describeMethods(this, OpenERPNameSpace.prototype);
  }

  /**
   * Who is connected.
   * @throws SocketIOError `session_missing` before the session is known, which no event but `session id` sees
   */
  get session(): Session {
    const session = this.#host.session;
    if (session === null) throw sessionMissing(this.#host.path);
    return session;
  }

  /** The database of the session. */
  get db(): string {
    return this.session.db;
  }

  /** The user of the session. */
  get uid(): number {
    return this.session.uid;
  }

  /** The Odoo context of the session. */
  get context(): Readonly<Record<string, unknown>> {
    return this.session.context;
  }

  /**
   * The events that a browser may send before `liftAclRestrictions`: none, unless overridden. Null allows all. They run
   * without a session, so anybody can send them.
   */
  getInitialAcl(): readonly string[] | null {
    return [];
  }

  /** Allows every event from now on. `on_session_id` calls it. */
  liftAclRestrictions(): void {
    this.#host.liftAcl();
  }

  /**
   * Called once, when the session is known, before `recvConnect`. Override it to look closer at who comes: without
   * `super.on_session_id()` the events stay restricted, and what it throws closes the socket with its code.
   */
  on_session_id(): unknown {
    this.liftAclRestrictions();
    return undefined;
  }

  /** Called once the session is known. Override it. */
  recvConnect(): unknown {
    return undefined;
  }

  /**
   * Called after the socket is gone. Override it; for ten seconds models can still be called, and what the socket's
   * handlers took is still theirs. Then it goes back.
   */
  recvDisconnect(): unknown {
    return undefined;
  }

  /** Called when the sidecar is asked to stop, for two seconds at most, before the page is sent elsewhere. Override it. */
  stopServer(): unknown {
    return undefined;
  }

  /**
   * Called for each event. Finds `on_<event>`, with every character that cannot stand in a name taken as `_`. Override
   * it to find handlers elsewhere.
   *
   * @throws SocketIOError `no_such_method` if there is none
   */
  recvEvent(event: string, args: readonly unknown[]): unknown {
    const name = `on_${event.replace(/[^\p{L}\p{N}_]/gu, '_')}`;
    const method = EVENT.test(event) && name !== SESSION_METHOD ? Reflect.get(this, name) : undefined;
    if (typeof method !== 'function') {
      throw new SidecarError(
        'no_such_method',
        `The namespace '${this.#host.path}' has no handler for the event ${JSON.stringify(event)}.`,
      );
    }
    return Reflect.apply(method, this, args);
  }

  /** Wraps an Odoo model: `await this.model('res.users').read([this.uid], ['name'])`. */
  model(name: string): Model {
    return wrapModel(this.#host, name);
  }

  /** Sends an event to this socket; nobody knows whether it arrives. See `secureEmit`. */
  emit(event: string, ...args: unknown[]): void {
    this.#host.emit(event, args);
  }

  /**
   * Waits for messages that the adapter takes. Never polls; rejects with an `AbortError` when the socket goes.
   *
   * @param adapter a class that extends `AbstractAdapter`
   * @param args given to the adapter's `get` and `format`
   * @returns at least one message, in the adapter's format
   */
  listen(adapter: AdapterClass, ...args: unknown[]): Promise<unknown[]> {
    return this.#host.listen(adapter, args);
  }

  /**
   * The same as a loop: `for await (const messages of this.messages(MyAdapter))`. It ends when the socket goes. In mode
   * `each` the next turn confirms the one before; in a queue, confirm each by `secureEmit` or `validate`.
   */
  async *messages(adapter: AdapterClass, ...args: unknown[]): AsyncGenerator<unknown[], void, undefined> {
    try {
      while (true) yield await this.#host.listen(adapter, args, true);
    } catch (error) {
      if (!(error instanceof AbortError)) throw error;
    }
  }

  /**
   * From now on `watched` brings this socket the messages in which the adapter's `static key` has one of these values,
   * until `unwatch`, until this handler's event is stopped, or until the socket goes. A socket may watch 1,000.
   *
   * @param keys numbers or texts, such as the ids of the records that the page shows
   * @throws SocketIOError `watch_invalid`, `watch_full`
   */
  watch(adapter: AdapterClass, ...keys: (number | string)[]): void {
    this.#host.watch(adapter, keys);
  }

  /** Watches these no more, whichever handler of this socket began to. */
  unwatch(adapter: AdapterClass, ...keys: (number | string)[]): void {
    this.#host.unwatch(adapter, keys);
  }

  /**
   * A loop over the messages of what this socket watches with that adapter, whenever it began to; one is enough for all of
   * them. It ends when the socket goes, and the next turn confirms the one before. After a reconnection it begins when
   * the page has subscribed anew, so that nothing of it is missed.
   *
   * @throws SocketIOError `watch_invalid` if the adapter has no `static key` or reads a queue
   */
  async *watched(adapter: AdapterClass): AsyncGenerator<unknown[], void, undefined> {
    try {
      while (true) yield await this.#host.listenToWatched(adapter);
    } catch (error) {
      if (!(error instanceof AbortError)) throw error;
    }
  }

  /**
   * Confirms what this handler took with that adapter (`true`), or puts it back (`false`).
   *
   * @returns true if it is confirmed, for good
   */
  validate(adapter: AdapterClass, valid: boolean): Promise<boolean> {
    return this.#host.validate(adapter, valid);
  }

  /**
   * Sends an event and validates what this handler took: confirmed when the browser's handler succeeded, put back when
   * it failed, is missing, or did not answer in 30 s.
   *
   * @returns true if confirmed
   */
  secureEmit(adapter: AdapterClass, event: string, ...args: unknown[]): Promise<boolean> {
    return this.#host.secureEmit(adapter, event, args);
  }

  /** Sends a message to a channel of this database, at once: a row like those that Odoo inserts. */
  notify(channel: string, values: Values): Promise<void> {
    return this.#host.notify(channel, values);
  }

  /** Sends an event to every socket of this namespace in this database, whichever sidecar holds it. */
  broadcastEvent(event: string, ...args: unknown[]): Promise<void> {
    return this.#host.broadcast(event, args, false);
  }

  /** The same, but not to this socket. */
  broadcastEventNotMe(event: string, ...args: unknown[]): Promise<void> {
    return this.#host.broadcast(event, args, true);
  }

  /** Is that addon installed in the session's database? */
  isInstalled(addon: string): boolean {
    return this.#host.isInstalled(addon);
  }

  /**
   * Says whose code the running handler is: for the log, and for the names of its adapters.
   *
   * @param handler what is started again if it listens and throws; without it, that is the whole of what runs
   * @returns its run, to end it
   */
  attribute(addon: string, handler?: () => unknown): Run {
    return this.#host.attribute(addon, handler);
  }

  /**
   * May so many handlers more be spawned? Asked before the first of several, none of them runs for an event that is refused.
   *
   * @throws SocketIOError `too_many_handlers`
   */
  requireRoom(handlers: number): void {
    this.#host.requireRoom(handlers);
  }

  /**
   * Runs a handler on its own: what it takes is its own to confirm, what it throws is logged with its label. If it has
   * listened it is then started again, as long as the socket is there.
   *
   * @param label the event, for the log
   * @param addon whose code it is, for the log
   * @throws SocketIOError `too_many_handlers`
   */
  spawn(label: string, addon: string, handler: () => unknown): Run {
    return this.#host.spawn(label, addon, handler);
  }
}

/**
 * What a namespace acts through.
 *
 * @internal
 */
export function hostOf(nameSpace: OpenERPNameSpace): NameSpaceHost {
  return readHost(nameSpace);
}

/** A class that extends {@link OpenERPNameSpace}. */
export type NameSpaceClass = (new (
  host: NameSpaceHost,
) => OpenERPNameSpace) &
  Pick<typeof OpenERPNameSpace, 'describeEvents'>;
