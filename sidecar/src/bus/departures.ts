/** How long a browser may take to come back: its next page, or the same one after its connection broke. */
const GRACE_MS = 5_000;
const SWEEP_MS = 500;

interface Leaving {
  readonly at: number;
  gone(): void;
}

/** Waits whether those come back whose sockets are gone. One timer for all of them: a proxy that restarts ends thousands. */
export class Departures {
  /** In the order of their times. */
  readonly #leaving = new Map<string, Leaving>();
  #timer: NodeJS.Timeout | null = null;

  /** @param whom somebody with several sockets leaves with the last of them @param gone to be called after a while */
  add(whom: string, gone: () => void): void {
    this.#leaving.delete(whom);
    this.#leaving.set(whom, { at: performance.now() + GRACE_MS, gone });
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS);
  }

  /** Says nothing of anybody any more. May be called twice. */
  stop(): void {
    this.#leaving.clear();
    this.#rest();
  }

  #sweep(): void {
    const now = performance.now();
    for (const [whom, { at, gone }] of this.#leaving) {
      if (at > now) break;
      this.#leaving.delete(whom);
      gone();
    }
    if (this.#leaving.size === 0) this.#rest();
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
