/** Names that both ends of a socket know; an addon's own events may have any other name. */

/** The server asks the page to prove that its session still lives. */
export const GET_SESSION_ID = 'get session id';
/** The page's answer: `{ token }`, renewed after the question. */
export const SESSION_ID = 'session id';
/** The server says why it closes the connection, and whether the page may come back. */
export const END = 'web_socketio.end';
/** How far this page has read, when no event of an addon carried it. */
export const POSITION = 'web_socketio.position';

/** Somebody changes a server module and waits to see it: there is no crowd of pages to spread. */
export const MODULE_CHANGED = 'module_changed';

/** Refusals that a renewed token can cure. */
export const CURED_BY_RENEWAL: ReadonlySet<string> = new Set([
  'token_unknown',
  'token_expired',
  'session_unproved',
]);

/** What a page answers to an event that asks for an acknowledgement. */
export type Answer = { ok: true } | { ok: false; code: 'no_handler' | 'handler_failed'; message?: string };

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
