import type { HandlerRun } from './handler-run.ts';

/** A socket whose handlers are looked through. */
export interface WatchedSocket {
  readonly runs: Iterable<HandlerRun>;
  /** A handler neither ends nor waits for messages. */
  reportStuck(run: HandlerRun, seconds: number): void;
}

interface Suspect {
  readonly turns: number;
  readonly since: number;
  reportAt: number;
}

/** More in one look are counted only: one mistake may hang a handler for each of thousands of pages. */
const MOST_REPORTS = 20;

/**
 * Finds handlers that neither end nor wait in `listen` or `secureEmit`. It looks at all of them, but seldom, and keeps
 * something only of those that are busy: handlers pay nothing for it.
 */
export class StuckWatch {
  readonly #stuckMs: number;
  readonly #more: (count: number) => void;
  /** Sockets that are gone while handlers of theirs still run; until they have ended, or were reported once. */
  readonly #gone = new Set<WatchedSocket>();
  #suspects = new Map<HandlerRun, Suspect>();

  /** @param more told how many are not reported one by one */
  constructor(stuckMs: number, more: (count: number) => void) {
    this.#stuckMs = stuckMs;
    this.#more = more;
  }

  /** How often to look. */
  get everyMs(): number {
    return this.#stuckMs / 4;
  }

  /** A socket is gone. */
  leave(socket: WatchedSocket): void {
    // By then those that waited for messages have ended.
    setImmediate(() => {
      if (!isEmpty(socket.runs)) this.#gone.add(socket);
    });
  }

  /** @param now by the monotonic clock, in milliseconds */
  look(sockets: Iterable<WatchedSocket>, now: number): void {
    const busy = new Map<HandlerRun, Suspect>();
    let reported = 0;
    const check = (socket: WatchedSocket): boolean => {
      let isReported = false;
      for (const run of socket.runs) {
        if (run.ended || run.signal.awaited) continue;
        const suspect = this.#suspect(run, now);
        busy.set(run, suspect);
        if (now < suspect.reportAt) continue;
        const ageMs = now - suspect.since;
        suspect.reportAt = suspect.since + 2 * ageMs;
        isReported = true;
        reported += 1;
        if (reported <= MOST_REPORTS) socket.reportStuck(run, Math.round(ageMs / 1_000));
      }
      return isReported;
    };
    for (const socket of sockets) check(socket);
    for (const socket of this.#gone) if (check(socket) || isEmpty(socket.runs)) this.#gone.delete(socket);
    this.#suspects = busy;
    if (reported > MOST_REPORTS) this.#more(reported - MOST_REPORTS);
  }

  #suspect(run: HandlerRun, now: number): Suspect {
    const { turns } = run.signal;
    const known = this.#suspects.get(run);
    if (known?.turns === turns) return known;
    return { turns, since: now, reportAt: now + this.#stuckMs };
  }
}

function isEmpty(runs: Iterable<HandlerRun>): boolean {
  for (const run of runs) if (!run.ended) return false;
  return true;
}
