import type { Problem } from '../api/problem.ts';
import type { LogDetails } from './log.ts';

/** Each kind is in the log once in this time: anybody can send anything, as often as they like. */
const QUIET_MS = 60_000;

/** Says in the log what others cause, each kind once a minute, and how often it came since. */
export class RareWarnings {
  readonly #warn: (problem: Problem, details?: LogDetails) => void;
  readonly #now: () => number;
  readonly #said = new Map<string, { readonly at: number; more: number }>();

  /** @param now by the monotonic clock, in milliseconds */
  constructor(
    warn: (problem: Problem, details?: LogDetails) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#warn = warn;
    this.#now = now;
  }

  /** @param kind one of a few: each is kept */
  warn(kind: string, problem: Problem): void {
    const now = this.#now();
    const last = this.#said.get(kind);
    if (last !== undefined && now - last.at < QUIET_MS) {
      last.more += 1;
      return;
    }
    const more = last?.more ?? 0;
    this.#said.set(kind, { at: now, more: 0 });
    this.#warn(problem, more === 0 ? {} : { next: `${more} more came since this was said.`, count: more });
  }
}
