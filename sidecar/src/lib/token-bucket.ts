/** One for all of them, of which each connection has several. */
const monotonic = () => performance.now();

/**
 * Counts what may come so often in a second, and ten times as many at once. What comes beyond that is counted, too: who
 * goes on in a loop falls ever deeper, who pauses recovers.
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** @param now the monotonic clock, in milliseconds */
  constructor(perSecond: number, now: () => number = monotonic) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#tokens = this.burst;
    this.#filledAt = now();
  }

  get burst(): number {
    return this.#perSecond * 10;
  }

  /** Counts one. @returns how many more may come; below zero, it should not have come */
  take(): number {
    // Filled only when it is empty: the clock is not read for what stays far below the limit.
    if (this.#tokens < 1) {
      const now = this.#now();
      const added = ((now - this.#filledAt) / 1_000) * this.#perSecond;
      this.#tokens = Math.min(this.burst, this.#tokens + added);
      this.#filledAt = now;
    }
    this.#tokens -= 1;
    return this.#tokens;
  }
}
