import {
  type AdapterClass,
  type Model,
  type OpenERPNameSpace,
  type Session,
  SocketIOError,
  type Values,
} from 'web_socketio';

const NAME_SPACE = Symbol.for('web_socketio.nameSpace');

/** What a handler of `LongPollingNameSpace` gets: the page's session, bound to the handler's adapter. */
export class LongPollingSession implements Session {
  readonly db: string;
  readonly uid: number;
  readonly context: Session['context'];
  readonly #nameSpace: OpenERPNameSpace;
  readonly #adapter: AdapterClass | undefined;
  readonly #event: string;

  constructor(nameSpace: OpenERPNameSpace, event: string, adapter: AdapterClass | undefined) {
    this.db = nameSpace.db;
    this.uid = nameSpace.uid;
    this.context = nameSpace.context;
    this.#nameSpace = nameSpace;
    this.#event = event;
    this.#adapter = adapter;
  }

  /** @internal For handlers in Python, which the sidecar runs by the namespace's own means. */
  get [NAME_SPACE](): OpenERPNameSpace {
    return this.#nameSpace;
  }

  /** Waits for messages that the adapter takes; see `OpenERPNameSpace.listen`. */
  listen(...args: unknown[]): Promise<unknown[]> {
    return this.#nameSpace.listen(this.#requireAdapter('listen'), ...args);
  }

  /** The same as a loop, which ends when the page goes: `for await (const messages of session.messages())`. */
  messages(...args: unknown[]): AsyncGenerator<unknown[], void, undefined> {
    return this.#nameSpace.messages(this.#requireAdapter('messages'), ...args);
  }

  /**
   * From now on `watched` brings this page what has one of these values of the adapter's key; see `OpenERPNameSpace.watch`.
   * It ends with `unwatch`, or when the page stops the event whose handler this is.
   */
  watch(...keys: (number | string)[]): void {
    this.#nameSpace.watch(this.#requireAdapter('watch'), ...keys);
  }

  /** Watches these no more, whichever handler of this page began to. */
  unwatch(...keys: (number | string)[]): void {
    this.#nameSpace.unwatch(this.#requireAdapter('unwatch'), ...keys);
  }

  /** A loop over what this page watches, whichever handler began to: `for await (const messages of session.watched())`. */
  watched(): AsyncGenerator<unknown[], void, undefined> {
    return this.#nameSpace.watched(this.#requireAdapter('watched'));
  }

  /** Confirms (`true`) or puts back (`false`) what `listen` returned. @returns true if it is confirmed */
  async validate(valid: boolean): Promise<boolean> {
    return await this.#nameSpace.validate(this.#requireAdapter('validate'), valid);
  }

  /** Emits, waits for the browser's acknowledgement, then validates. @returns true if confirmed */
  secureEmit(event: string, ...args: unknown[]): Promise<boolean> {
    return this.#nameSpace.secureEmit(this.#requireAdapter('secureEmit'), event, ...args);
  }

  /** Sends an event to this page only; nobody knows whether it arrives. */
  emit(event: string, ...args: unknown[]): void {
    this.#nameSpace.emit(event, ...args);
  }

  /** Sends an event to every page of this database that has this namespace, whichever sidecar holds it. */
  async broadcastEvent(event: string, ...args: unknown[]): Promise<void> {
    await this.#nameSpace.broadcastEvent(event, ...args);
  }

  /** The same, but not to this page. */
  async broadcastEventNotMe(event: string, ...args: unknown[]): Promise<void> {
    await this.#nameSpace.broadcastEventNotMe(event, ...args);
  }

  /** Sends a message to a channel of this database. */
  async notify(channel: string, values: Values): Promise<void> {
    await this.#nameSpace.notify(channel, values);
  }

  /** Wraps an OpenERP model, with the rights of this session's user. */
  model(name: string): Model {
    return this.#nameSpace.model(name);
  }

  #requireAdapter(method: string): AdapterClass {
    if (this.#adapter === undefined) {
      throw new SocketIOError(
        'adapter_missing',
        `The handler of '${this.#event}' called ${method} without an adapter. Register it with { adapterClass: MyAdapter }.`,
        // A mistake of its author, who looks into the log.
        { isTold: false },
      );
    }
    return this.#adapter;
  }
}
