/** Names that both ends of a socket know; an addon's own events may have any other name. */

/** The server asks the page to prove that its session still lives. */
export const GET_SESSION_ID = 'get session id';
/** The page's answer: `{ token }`, renewed after the question. */
export const SESSION_ID = 'session id';
/** The server says why it closes the connection, and whether the page may come back. */
export const END = 'web_socketio.end';
/** How far this page has read, when no event of an addon carried it. */
export const POSITION = 'web_socketio.position';

/** The page ends the handlers of an event: its name, and the list of the arguments for which they run. */
export const STOP = 'stop event';
/** The page has said again all that it subscribes to; the server answers `{ again }`. */
export const SUBSCRIBED = 'web_socketio.subscribed';
/** An event of this page failed and had nobody to take the answer: `{ event, code, message }`. */
export const FAILURE = 'web_socketio.error';

/** Somebody changes a server module and waits to see it: there is no crowd of pages to spread. */
export const MODULE_CHANGED = 'module_changed';

/** OpenERP answers nobody in this session at present, as while its screen is locked: the page is away until then. */
export const SESSION_LOCKED = 'session_locked';

/** Refusals that a renewed token can cure. */
export const CURED_BY_RENEWAL: ReadonlySet<string> = new Set([
  'token_unknown',
  'token_expired',
  'session_unproved',
]);

/** What a page answers to an event that asks for an acknowledgement. */
export type Answer =
  | { ok: true }
  | { ok: false; code: 'no_handler' | 'handler_failed'; message?: string }
  // Those messages came for the second time, and are done; no handler was called for the others of the event.
  | { ok: false; code: 'partly_done'; done: string[] };

/** What the server answers to an event whose handler failed. */
export interface Failure {
  ok: false;
  code: string;
  message: string;
  /** The same may succeed later. */
  retry?: boolean;
}

export function isFailure(answer: unknown): answer is Failure {
  if (typeof answer !== 'object' || answer === null || Reflect.get(answer, 'ok') !== false) return false;
  return ['code', 'message'].every((name) => typeof Reflect.get(answer, name) === 'string');
}

/** What the server says of a failed event, for the developer to read. @param data of the network, whatever it is */
export function describeFailure(data: unknown): string {
  const said: Record<string, unknown> = typeof data === 'object' && data !== null ? { ...data } : {};
  const { event, code, message } = said;
  return `'${event}' failed: ${code} ${message}`;
}

/** Why the server closes (`web_socketio.end`) or refuses (`connect_error.data`) a connection. */
export interface Farewell {
  code: string;
  message: string;
  /** What the server said; undefined when it said nothing. */
  retry: boolean | undefined;
}

/** Reads a farewell from data of the network, whatever it is. */
export function readFarewell(data: unknown): Farewell {
  const said: Record<string, unknown> = typeof data === 'object' && data !== null ? { ...data } : {};
  const { code, message, retry } = said;
  return {
    code: typeof code === 'string' ? code : 'unknown',
    message: typeof message === 'string' ? message : '',
    retry: typeof retry === 'boolean' ? retry : undefined,
  };
}
