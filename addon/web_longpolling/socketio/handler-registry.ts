import { type AdapterClass, type OpenERPNameSpace, SocketIO, SocketIOError } from 'web_socketio';
import type { LongPollingSession } from './long-polling-session.ts';

/** When a handler runs: as its page connects, at an event of that name, or after its page is gone. */
export type EventType = 'connect' | 'on' | 'disconnect';

/** A function of an addon. `args` are what the browser sent with the event. */
export type Handler = (session: LongPollingSession, ...args: never[]) => unknown;

/** How a handler is registered. */
export interface HandlerOptions {
  /** What `session.listen`, `validate` and `secureEmit` use. */
  readonly adapterClass?: AdapterClass;
  /** `on` unless said otherwise. */
  readonly eventtype?: EventType;
  /**
   * Says whether it counts for that socket; of a handler in Python, whether its worker has it.
   *
   * @internal
   */
  readonly counts?: (nameSpace: OpenERPNameSpace) => boolean;
}

/** A handler with the addon that brought it: it runs only where that addon is installed. */
export interface Registration {
  readonly event: string;
  readonly addon: string;
  readonly eventtype: EventType;
  readonly adapterClass: AdapterClass | undefined;
  readonly counts: HandlerOptions['counts'];
  readonly handler: (session: LongPollingSession, ...args: unknown[]) => unknown;
}

const TYPES: readonly string[] = ['connect', 'on', 'disconnect'];

/** By kind, in the order of their registration. */
const byType = new Map<EventType, Registration[]>();
/** By event as well: a page's event should not cost more where addons have declared thousands of others. */
const byEvent = new Map<EventType, Map<string, Registration[]>>();

/** @throws SocketIOError `handler_invalid`, and what `SocketIO.addAdapter` throws */
export function register(event: string, options: HandlerOptions, handler: Handler): void {
  const { adapterClass, eventtype = 'on', counts } = options;
  if (typeof event !== 'string' || event === '') {
    throw new SocketIOError(
      'handler_invalid',
      `${JSON.stringify(event)} is not an event. Give its name, such as 'my event'.`,
    );
  }
  if (!TYPES.includes(eventtype)) {
    throw new SocketIOError(
      'handler_invalid',
      `'${eventtype}' is not an eventtype of '${event}'. Use one of ${TYPES.join(', ')}.`,
    );
  }
  if (typeof handler !== 'function') {
    throw new SocketIOError('handler_invalid', `The handler of '${event}' is not a function.`);
  }
  if (adapterClass !== undefined) SocketIO.addAdapter(adapterClass);
  const registration: Registration = {
    event,
    addon: SocketIO.addon,
    eventtype,
    adapterClass,
    counts,
    // The browser decides what arrives: the handler says what it hopes for.
    handler: (session, ...args) => Reflect.apply(handler, undefined, [session, ...args]),
  };
  addTo(byType, eventtype, registration);
  const events = byEvent.get(eventtype) ?? new Map<string, Registration[]>();
  byEvent.set(eventtype, events);
  addTo(events, event, registration);
}

function addTo<Key>(lists: Map<Key, Registration[]>, key: Key, registration: Registration): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [registration]);
  else list.push(registration);
}

/** All handlers of one kind, in the order of their registration; of one event, if it is given. */
export function handlersOf(eventtype: EventType, event?: string): readonly Registration[] {
  const found = event === undefined ? byType.get(eventtype) : byEvent.get(eventtype)?.get(event);
  return found ?? [];
}
