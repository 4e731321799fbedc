import { SocketIOError } from '../api/error.ts';
import { ERROR_CODES, type ErrorCode } from '../api/error-codes/catalogue.ts';
import type { Log } from './log.ts';
import type { LogLevel } from './log-level.ts';
import { RefusalTally } from './refusal-tally.ts';
import type { Refused, Way } from './refused.ts';

/** For so long the refusals of a code are counted together. */
const TALLY_MS = 60_000;
/** So many codes are told apart: addons may have any. */
const MOST_CODES = 100;
const OTHERS = 'other codes';
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

/**
 * A line of the log for each connection that is refused: who, from where, why. Anybody can try, as often as they like: of each
 * code the first ten different lines of a minute are written, and at its end how many more there were.
 */
export class RefusalLog {
  readonly #log: Log;
  readonly #tallies = new Map<string, { readonly tally: RefusalTally; readonly timer: NodeJS.Timeout }>();

  constructor(log: Log) {
    this.#log = log;
  }

  add(refused: Refused): void {
    const { problem, db, user, path, sender, way, stack } = refused;
    const next = describe(refused);
    const message = oneLine(problem.message);
    const tally = this.#tallyOf(problem.code);
    if (!tally.add(sender.address, `${db} ${user} ${problem.code} ${message} ${next}`)) return;
    const { address, origin } = sender;
    this.#log[levelOf(problem.code)](db, new SocketIOError(problem.code, message), {
      ...{ way, next, stack },
      ...(user !== null && { user }),
      ...(path !== null && { path: shownPath(path) }),
      ...(address !== null && { address }),
      ...(origin !== null && { origin }),
    });
  }

  /** Says what is still to be said. May be called twice. */
  stop(): void {
    for (const code of [...this.#tallies.keys()]) this.#close(code);
  }

  #tallyOf(code: string): RefusalTally {
    const isApart = this.#tallies.has(code) || this.#tallies.size < MOST_CODES;
    const kind = isApart ? code : OTHERS;
    const known = this.#tallies.get(kind);
    if (known !== undefined) return known.tally;
    const tally = new RefusalTally();
    // Nobody waits for it: what is left is said at the end.
    const timer = setTimeout(() => this.#close(kind), TALLY_MS).unref();
    this.#tallies.set(kind, { tally, timer });
    return tally;
  }

  #close(code: string): void {
    const known = this.#tallies.get(code);
    if (known === undefined) return;
    clearTimeout(known.timer);
    this.#tallies.delete(code);
    const { more } = known.tally;
    if (more === 0) return;
    this.#log[levelOf(code)](null, new SocketIOError(code, known.tally.tail(code)), { count: more });
  }
}

/** At which level a refusal is said. What addons say to their users is no fault. */
function levelOf(code: string): LogLevel {
  return isErrorCode(code) ? (ERROR_CODES[code].refusal ?? 'warn') : 'info';
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

function describe({ way, path, sender: { address, origin } }: Refused): string {
  const what = path === null ? WAYS[way] : `${WAYS[way]} '${shownPath(path)}'`;
  const page = origin === null ? '' : `, page of ${origin}`;
  return `Refused: ${what}, from ${address ?? 'somebody who has gone'}${page}`;
}

/** Clients may put a query behind it, with a token in it. */
function shownPath(path: string): string {
  return oneLine(path.split(/[?#]/, 1)[0] ?? '').slice(0, LONGEST_PATH);
}

/** What comes from outside must not begin a line of its own. */
function oneLine(text: string): string {
  return text.slice(0, LONGEST).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}
