import { Sleep } from '../../lib/sleep.ts';

/** So long, in milliseconds, those who follow another one wait for more. */
const GATHER_MS = 20;

/**
 * Lets many who come one after the other begin together, so that they share what they ask for. Who comes alone begins at once.
 *
 * After a restart each page asks what it missed. Begun one by one, a third of a thousand pages had a query of their own.
 */
export class Gathering {
  readonly #now: () => number;
  #lastAt = Number.NEGATIVE_INFINITY;
  #next: Promise<void> | null = null;

  /** @param now by the monotonic clock, in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @param action begins now, or with others in a moment @returns what it returns */
  begin<Result>(action: () => Promise<Result>): Promise<Result> {
    const now = this.#now();
    const isAlone = this.#next === null && now - this.#lastAt >= GATHER_MS;
    this.#lastAt = now;
    if (isAlone) return action();
    this.#next ??= this.#wait();
    return this.#next.then(action);
  }

  async #wait(): Promise<void> {
    await new Sleep(GATHER_MS).over;
    this.#next = null;
  }
}
