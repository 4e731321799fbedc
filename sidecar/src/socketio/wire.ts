/** The names and shapes that sidecar and browser share; the browser's side is addon/web_socketio/src. */

import { keepOwnText } from '../delivery/json-text.ts';
import { type Position, type Positions, readPositions } from '../delivery/position.ts';

/** Server → browser: prove your session again. */
export const ASK_SESSION = 'get session id';
/** Browser → server: `{ token }`, renewed just now; or a session: its id as a string, or `{ session_id, sid }`. */
export const SESSION = 'session id';
/** Browser → server: end the handlers of an event. What a namespace does with it is its own business. */
export const STOP = 'stop event';
/** Server → browser, before a disconnect: `{ code, message, retry }`. */
export const END = 'web_socketio.end';
/** Server → browser: an event without acknowledgement failed: `{ event, code, message }`. */
export const FAILURE = 'web_socketio.error';
/** Server → browser: how far the page has read, where no other packet says it. */
export const POSITION = 'web_socketio.position';
/** Server → browser: messages were missed, load the data again: `{ reason, channel? }`. */
export const RESYNC = 'resync';

/** The reason of a refused handshake (`connect_error.data`) and of an end. */
export interface EndReason {
  readonly code: string;
  readonly message: string;
  /** True if the page may come back, false if it must not. */
  readonly retry: boolean;
}

/** What the browser answers to an event that asks for acknowledgement. */
export interface Acknowledgement {
  readonly ok: boolean;
  readonly code: string | null;
}

/** Names an acknowledgement, which comes from outside. Anything that is not `{ ok: true }` is a refusal. */
export function readAcknowledgement(answer: unknown): Acknowledgement {
  const ok = field(answer, 'ok') === true;
  const code = field(answer, 'code');
  return { ok, code: typeof code === 'string' ? code : null };
}

/**
 * An event's last argument, which the page keeps when it has handled the event.
 * @param text the position's JSON
 */
export function toParcel(key: string, position: Position, text: string): object {
  return keepOwnText({ $position: { [key]: position } }, `{"$position":{${JSON.stringify(key)}:${text}}}`);
}

/** By what OpenERP finds a session. Secrets: never quoted. */
export interface SessionKeys {
  /** Odoo: the value of its cookie. OpenERP 7.0: its page knows it as `instance.session.session_id`. */
  readonly sessionId: string;
  /** OpenERP 7.0 needs the value of its cookie `sid`, too; null is Odoo. */
  readonly sid: string | null;
}

/** What a browser sends when it connects a namespace. */
export interface Auth {
  readonly db: string | null;
  readonly token: string | null;
  /** What a client without token offers. */
  readonly session: SessionKeys | null;
  /** How far the page had read; null if it keeps no positions. */
  readonly positions: Positions | null;
}

/** Names a handshake, which comes from outside. Longer texts than any real one count as absent. */
export function readAuth(auth: unknown): Auth {
  return {
    db: shortText(field(auth, 'db')),
    token: shortText(field(auth, 'token')),
    session: readKeys(auth),
    positions: readPositions(field(auth, 'positions')),
  };
}

/** Names the argument of the event `session id`, as far as it says anything. */
export function readOffer(argument: unknown): Pick<Auth, 'token' | 'session'> {
  const keys = typeof argument === 'string' ? { session_id: argument } : argument;
  return { token: shortText(field(keys, 'token')), session: readKeys(keys) };
}

function readKeys(keys: unknown): SessionKeys | null {
  const sessionId = shortText(field(keys, 'session_id'));
  return sessionId === null ? null : { sessionId, sid: shortText(field(keys, 'sid')) };
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= 256 ? value : null;
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}
