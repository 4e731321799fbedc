import { SidecarError } from '../../api/sidecar-error.ts';
import { parseObject } from '../calls/raw-answer.ts';

/** What Odoo says of its bus. */
export interface BusFacts {
  readonly version: string | null;
  readonly rateLimitBurst: number;
  readonly rateLimitDelay: number;
  readonly keepAliveTimeout: number;
}

/** The channels of a socket, and whose it is. */
export interface Granted {
  readonly uid: number | null;
  readonly session: boolean;
  readonly channels: ReadonlySet<string>;
  readonly last: number;
  readonly token: string | null;
}

const REASONS = ['expired', 'locked', 'database', 'invalid', 'failed'] as const;

/** Why an ask was not carried out. */
export interface BusRefusal {
  readonly why: (typeof REASONS)[number];
  readonly db: string | null;
  readonly message: string | null;
}

export type BusAnswer = { readonly granted: Granted | null } | { readonly refused: BusRefusal };

export interface BusReply {
  readonly facts: BusFacts;
  readonly answers: readonly BusAnswer[];
}

/** Odoo's own values, for what it does not say. */
const USUAL = { rateLimitBurst: 10, rateLimitDelay: 0.2, keepAliveTimeout: 3_600 };

/**
 * Names what the route answered.
 *
 * @param kinds of the asks
 * @param name of the request, for messages
 * @throws SidecarError `odoo_answer` if it is no answer to these
 */
export function readReply(text: string, kinds: readonly string[], name: string): BusReply {
  const { facts, answers } = parseObject(text);
  if (!isRecord(facts) || !Array.isArray(answers) || answers.length !== kinds.length) throw noReply(name);
  const named = answers.map((answer: unknown, index) => readAnswer(answer, kinds[index]));
  return {
    facts: readFacts(facts),
    answers: named.map((answer) => {
      if (answer === null) throw noReply(name);
      return answer;
    }),
  };
}

/** Not quoted: there may be tokens in it. */
function noReply(name: string): SidecarError {
  return new SidecarError(
    'odoo_answer',
    `Odoo's answer to ${name} is none that this sidecar understands. Update web_socketio_bus and the sidecar to the same release, and check the address of Odoo.`,
  );
}

function readFacts(facts: Readonly<Record<string, unknown>>): BusFacts {
  return {
    version: textOf(facts['version']),
    rateLimitBurst: positive(facts['rate_limit_burst']) ?? USUAL.rateLimitBurst,
    rateLimitDelay: positive(facts['rate_limit_delay']) ?? USUAL.rateLimitDelay,
    keepAliveTimeout: positive(facts['keep_alive_timeout']) ?? USUAL.keepAliveTimeout,
  };
}

function readAnswer(answer: unknown, kind: string | undefined): BusAnswer | null {
  if (!isRecord(answer)) return null;
  const { refused } = answer;
  if (refused !== undefined) {
    // A reason of a later release is none that this sidecar knows.
    const why = REASONS.find((one) => one === refused) ?? 'failed';
    return { refused: { why, db: textOf(answer['db']), message: textOf(answer['message']) } };
  }
  if (kind !== 'subscribe') return { granted: null };
  const { uid = null, session, channels, last, token } = answer;
  const isGrant =
    (uid === null || Number.isSafeInteger(uid)) && isTexts(channels) && Number.isSafeInteger(last);
  if (!isGrant) return null;
  return {
    granted: {
      uid: uid === null ? null : Number(uid),
      session: session === true,
      channels: new Set(channels),
      last: Number(last),
      token: textOf(token),
    },
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : null;
}
