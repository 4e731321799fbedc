/** The names and shapes that sidecar and browser share; the browser's side is addon/web_socketio/src. */

import { type Positions, readPositions } from '../delivery/each/position.ts';
import { JsonText } from '../lib/json-text.ts';

/** Server → browser: prove your session again. */
export const ASK_SESSION = 'get session id';
/** Browser → server: `{ token }`, renewed just now; or a session: its id as a string, or `{ session_id, sid, origin, company_ids }`. */
export const SESSION = 'session id';
/** Browser → server: end the handlers of an event. What a namespace does with it is its own business. */
export const STOP = 'stop event';
/** Client → server, of one that cannot acknowledge: `(id, answer)`, where the id is that of the parcel. */
export const ANSWER = 'web_socketio.answer';
/** Browser → server: all that the page subscribes to has been said again; the answer is `{ again }`. */
export const SUBSCRIBED = 'web_socketio.subscribed';
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
  /** The messages that are done, if the code is {@link PARTLY_DONE}. */
  readonly done: ReadonlySet<string>;
}

/** Some of the messages came for the second time, and are done; no handler was called for the others. */
export const PARTLY_DONE = 'partly_done';

const NONE: ReadonlySet<string> = new Set();

/** Names an acknowledgement, which comes from outside. Anything that is not `{ ok: true }` is a refusal. */
export function readAcknowledgement(answer: unknown): Acknowledgement {
  const ok = field(answer, 'ok') === true;
  const code = field(answer, 'code');
  const done = code === PARTLY_DONE ? field(answer, 'done') : null;
  return {
    ok,
    code: typeof code === 'string' ? code : null,
    // Nothing is made a text that is none: objects from outside may have a `toString` that is no function.
    done: Array.isArray(done) ? new Set(done.filter((id) => typeof id === 'string')) : NONE,
  };
}

/**
 * An event's last argument, which the page keeps when it has handled the event.
 * @param position as JSON
 */
export function toPlace(key: string, position: string): JsonText {
  return new JsonText(`{"$position":{${JSON.stringify(key)}:${position}}}`);
}

/** How a client tells what became of an event that it was sent with messages. */
export interface AnswerWay {
  /** By an acknowledgement, or by the event {@link ANSWER}. */
  readonly answers: 'acknowledgement' | 'event';
  /**
   * It knows by their ids the messages that it handles or has handled, and calls no handler for a second copy. So it is
   * waited for as long as it is connected.
   */
  readonly parcels: boolean;
}

/** More are not listed by anybody. */
const MOST_COMPANIES = 1_000;

/** By what OpenERP finds a session. Secrets: never quoted. */
export interface SessionKeys {
  /** Odoo: the value of its cookie. OpenERP 7.0: its page knows it as `instance.session.session_id`. */
  readonly sessionId: string;
  /** OpenERP 7.0 needs the value of its cookie `sid`, too; null is Odoo. */
  readonly sid: string | null;
  /** In which companies its methods run; null leaves it to OpenERP. */
  readonly companyIds: readonly number[] | null;
}

/** What a browser sends when it connects a namespace. */
export interface Auth extends AnswerWay {
  readonly db: string | null;
  readonly token: string | null;
  /** What a client without token offers. */
  readonly session: SessionKeys | null;
  /** The address at which OpenERP is for it, such as `https://erp.example.com`, if it says so. */
  readonly origin: string | null;
  /** How far the page had read; null if it keeps no positions. */
  readonly positions: Positions | null;
  /** The page subscribes to something as soon as it is connected, and then says `SUBSCRIBED`. */
  readonly subscribes: boolean;
}

/** Names a handshake, which comes from outside. Longer texts than any real one count as absent. */
export function readAuth(auth: unknown): Auth {
  return {
    db: shortText(field(auth, 'db')),
    token: shortText(field(auth, 'token')),
    session: readKeys(auth),
    origin: shortText(field(auth, 'origin')),
    positions: readPositions(fromText(field(auth, 'positions'))),
    answers: field(auth, 'answers') === 'event' ? 'event' : 'acknowledgement',
    parcels: isTrue(field(auth, 'parcels')),
    subscribes: isTrue(field(auth, 'subscribes')),
  };
}

/** Where a handshake holds nothing but texts, it is one. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** Socket.IO's client for Java sends texts only in a handshake: there the positions are JSON. */
function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}

/** Names the argument of the event `session id`, as far as it says anything. */
export function readOffer(argument: unknown): Pick<Auth, 'token' | 'session' | 'origin'> {
  const keys = typeof argument === 'string' ? { session_id: argument } : argument;
  const [token, origin] = [field(keys, 'token'), field(keys, 'origin')].map(shortText);
  return { token: token ?? null, session: readKeys(keys), origin: origin ?? null };
}

function readKeys(keys: unknown): SessionKeys | null {
  const sessionId = shortText(field(keys, 'session_id'));
  if (sessionId === null) return null;
  return { sessionId, sid: shortText(field(keys, 'sid')), companyIds: readIds(field(keys, 'company_ids')) };
}

function readIds(value: unknown): readonly number[] | null {
  if (!Array.isArray(value) || value.length > MOST_COMPANIES) return null;
  return value.every((id) => Number.isSafeInteger(id)) ? value : null;
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= 256 ? value : null;
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}
