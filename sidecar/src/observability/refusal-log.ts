import { SocketIOError } from '../api/error.ts';
import type { Log } from './log.ts';
import { RefusalTally } from './refusal-tally.ts';
import type { Refused } from './refused.ts';
import { describeRefusal, levelOf, type ShownRefusal } from './shown-refusal.ts';

/** For so long the refusals of a code are counted together. */
const TALLY_MS = 60_000;
/** So many codes are told apart: addons may have any. */
const MOST_CODES = 100;
const OTHERS = 'other codes';

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

  /** @param refused with the stack of an error that nobody foresaw, and whether it is the doctor's */
  add(refusal: ShownRefusal, { stack, isDoctors = false }: Pick<Refused, 'stack' | 'isDoctors'>): void {
    const { code, message, way, db, user, path, address, origin } = refusal;
    // It differs from that of a page, which is written even if the doctor was there before.
    const next = `${describeRefusal(refusal)}${isDoctors ? ', by web_socketio doctor' : ''}`;
    const level = isDoctors ? 'debug' : refusal.level;
    if (!this.#tallyOf(code).add(address, `${db} ${user} ${code} ${message} ${next}`)) return;
    this.#log[level](db, new SocketIOError(code, message), {
      ...{ way, next, stack },
      ...(user !== null && { user }),
      ...(path !== null && { path }),
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
