import { type EventDescription, OpenERPNameSpace, type Run, SocketIO, SocketIOError } from 'web_socketio';
import {
  type Handler,
  type HandlerOptions,
  handlersOf,
  type Registration,
  register,
} from './handler-registry.ts';
import { LongPollingSession } from './long-polling-session.ts';
import './test-message.ts';

export type { EventType, Handler, HandlerOptions } from './handler-registry.ts';
export type { LongPollingSession } from './long-polling-session.ts';

/**
 * The event by which a page ends the handlers of another event: `emit('stop event', 'my event')`, or only those that run
 * for these arguments of it: `emit('stop event', 'my event', [7])`.
 */
const STOP = 'stop event';

/** A handler that runs, or has returned and still watches something, and the event's arguments. */
interface Running {
  readonly event: string;
  readonly run: Run;
  readonly args: readonly unknown[];
}

/**
 * The namespace behind `longpolling_socket`: one socket for each page, shared by all addons that register handlers.
 *
 * Handlers run at the same time and harm no other: each has its own messages to confirm.
 */
export class LongPollingNameSpace extends OpenERPNameSpace {
  /** A list, since hardly any page has more than a few: an empty `Map` takes 184 bytes for each of thousands. */
  #runs: readonly Running[] = [];

  /**
   * Registers a handler. Call it at the top level of a server module.
   *
   * @param event its name; for `connect` and `disconnect` a label for the log and for `stop event`
   * @param options the adapter, and when the handler runs
   * @param handler called with the page's session and the event's arguments; what it returns acknowledges the event
   * @throws SocketIOError `handler_invalid`
   */
  static on(event: string, options: HandlerOptions, handler: Handler): void {
    register(event, options, handler);
  }

  static override describeEvents(): readonly EventDescription[] {
    return [...handlersOf('connect'), ...handlersOf('on'), ...handlersOf('disconnect')];
  }

  override recvConnect(): void {
    for (const registration of this.#installed(handlersOf('connect'))) this.#run(registration, []);
  }

  override async recvDisconnect(): Promise<void> {
    // Awaited: until this has returned, OpenERP takes the calls of a session that is over.
    await Promise.all(this.#installed(handlersOf('disconnect')).map((one) => this.#run(one, []).done));
  }

  /** Runs all handlers of the event. What the first of them returns acknowledges it. */
  override recvEvent(event: string, args: readonly unknown[]): unknown {
    if (event === STOP) return this.#stop(args[0], args[1]);
    const [first, ...others] = this.#installed(handlersOf('on', event));
    if (first === undefined) {
      throw new SocketIOError(
        'no_such_method',
        `No installed addon handles the event ${JSON.stringify(event)}.`,
      );
    }
    this.requireRoom(others.length);
    for (const registration of others) this.#run(registration, args);
    const handler = () => first.handler(this.#open(first), ...args);
    // Only this one is started again if it fails: the others are on their own.
    this.#note({ event, run: this.attribute(first.addon, handler), args });
    return handler();
  }

  #installed(registrations: readonly Registration[]): Registration[] {
    return registrations.filter(
      ({ addon, counts }) => this.isInstalled(addon) && (counts === undefined || counts(this)),
    );
  }

  #run(registration: Registration, args: readonly unknown[]): Run {
    const { event, addon, handler } = registration;
    const run = this.spawn(event, addon, () => handler(this.#open(registration), ...args));
    if (!run.ended || run.watching) this.#note({ event, run, args });
    return run;
  }

  #open({ event, adapterClass }: Registration): LongPollingSession {
    return new LongPollingSession(this, event, adapterClass);
  }

  /** Those that have ended are looked for here instead of when each ends, since most run as long as the socket. */
  #note(running: Running): void {
    const others = this.#runs.filter(({ run }) => !run.ended || run.watching);
    // By `concat` it has no more places than it needs.
    this.#runs = others.concat(running);
  }

  #stop(event: unknown, given: unknown): void {
    if (typeof event !== 'string') {
      throw new SocketIOError(
        'event_invalid',
        `'${STOP}' came with ${JSON.stringify(event)}. Send the name of the event to end.`,
      );
    }
    const wanted = Array.isArray(given) ? JSON.stringify(given) : null;
    for (const { run, args } of this.#runs.filter((running) => running.event === event)) {
      if (wanted === null || JSON.stringify(args) === wanted) run.abort();
    }
  }
}

SocketIO.addNamespace('/longpolling', LongPollingNameSpace);
