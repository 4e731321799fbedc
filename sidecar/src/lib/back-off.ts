/**
 * Waiting times between attempts: 0.1, 0.2, 0.4 … 5 s, each multiplied by a random factor between 0.5 and 1, so that
 * what failed together does not come back together. It never gives up.
 */
export class BackOff {
  #attempt = 0;
  readonly #firstMs: number;
  readonly #lastMs: number;

  constructor(firstMs = 100, lastMs = 5_000) {
    this.#firstMs = firstMs;
    this.#lastMs = lastMs;
  }

  /** The next waiting time in milliseconds. */
  next(): number {
    const full = Math.min(this.#lastMs, this.#firstMs * 2 ** this.#attempt);
    this.#attempt += 1;
    return full * (0.5 + Math.random() / 2);
  }

  /** To be called after a success. */
  reset(): void {
    this.#attempt = 0;
  }
}
