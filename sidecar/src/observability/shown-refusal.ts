import { ERROR_CODES, type ErrorCode } from '../api/error-codes/catalogue.ts';
import type { LogLevel } from './log-level.ts';
import type { Refused, Way } from './refused.ts';

/** Of a message: an addon may say anything. */
const LONGEST = 500;
/** A namespace may have any name. */
const LONGEST_PATH = 100;

const WAYS: Readonly<Record<Way, string>> = {
  request: 'an HTTP request',
  namespace: 'the namespace',
  bus: "Odoo's bus",
  link: 'a Python worker',
};

/** What of a refusal may be shown to an operator: each text on one line, of no more than some length, without what may be a secret. */
export interface ShownRefusal {
  readonly code: string;
  readonly message: string;
  readonly level: LogLevel;
  readonly way: Way;
  readonly db: string | null;
  readonly user: number | null;
  readonly path: string | null;
  readonly address: string | null;
  readonly origin: string | null;
}

export function showRefusal({ problem, way, db, user, path, sender }: Refused): ShownRefusal {
  const { code } = problem;
  return {
    ...{ code, message: oneLine(problem.message), level: levelOf(code), way, db, user },
    // Clients may put a query behind it, with a token in it.
    path: path === null ? null : oneLine(path.split(/[?#]/, 1)[0] ?? '').slice(0, LONGEST_PATH),
    ...sender,
  };
}

/** Such as `Refused: the namespace '/echo', from 192.0.2.7, page of "https://erp.example.com"`. */
export function describeRefusal({ way, path, address, origin }: ShownRefusal): string {
  const what = path === null ? WAYS[way] : `${WAYS[way]} '${path}'`;
  const page = origin === null ? '' : `, page of ${origin}`;
  return `Refused: ${what}, from ${address ?? 'somebody who has gone'}${page}`;
}

/** At which level a refusal is said. What addons say to their users is no fault. */
export function levelOf(code: string): LogLevel {
  return isErrorCode(code) ? (ERROR_CODES[code].refusal ?? 'warn') : 'info';
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

/** What comes from outside must not begin a line of its own. */
function oneLine(text: string): string {
  return text.slice(0, LONGEST).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}
