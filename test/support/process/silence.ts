/**
 * Notices that nothing is heard any more. A busy machine may make a server take any time, and one that is well goes on
 * writing: so it is silence that ends a wait, and not the wait's length.
 */
export class Silence {
  readonly #aborting = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /** @param mostMs how long it may last, in milliseconds */
  constructor(mostMs: number) {
    this.#timer = setTimeout(() => this.#aborting.abort(), mostMs);
  }

  /** Aborted once it has lasted for so long. */
  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  /** Something was heard: it begins anew. */
  break(): void {
    this.#timer.refresh();
  }

  /** Nobody waits any more. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
