/** What clients send to prove who they are: outside data, named here. */

import type { AnswerWay } from '../../protocol/answer.ts';
import { MOST_COMPANIES } from '../../protocol/limits.ts';
import { readPositions } from '../delivery/each/page-position.ts';
import type { Positions } from '../delivery/each/position.ts';
import { field } from '../lib/field.ts';

/** By what Odoo finds a session. Secrets: never quoted. */
export interface SessionKeys {
  /** Odoo: the value of its cookie. OpenERP 7.0: its page knows it as `instance.session.session_id`. */
  readonly sessionId: string;
  /** OpenERP 7.0 needs the value of its cookie `sid`, too; null is Odoo. */
  readonly sid: string | null;
  /** In which companies its methods run; null leaves it to Odoo. */
  readonly companyIds: readonly number[] | null;
}

/** What a client sends when it connects a namespace: a page's is a `PageHandshake`. */
export interface Auth extends AnswerWay {
  readonly db: string | null;
  readonly token: string | null;
  /** What a client without token offers. */
  readonly session: SessionKeys | null;
  /** The address at which Odoo is for it, such as `https://erp.example.com`, if it says so. */
  readonly origin: string | null;
  /** How far the page had read; null if it keeps no positions. */
  readonly positions: Positions | null;
  /** The page subscribes to something as soon as it is connected, and then sends `SUBSCRIBED`. */
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

/** By what a client answers, one of few: thousands of them are kept, and nothing else of what they said. */
const WAYS: readonly AnswerWay[] = [true, false].flatMap((parcels) => [
  { answers: 'event', parcels },
  { answers: 'acknowledgement', parcels },
]);

/** How a client answers. The same object for all that do so in the same way. */
export function answerWay({ answers, parcels }: AnswerWay): AnswerWay {
  return WAYS.find((way) => way.answers === answers && way.parcels === parcels) ?? { answers, parcels };
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
