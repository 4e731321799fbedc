import { BackOff } from '../../lib/back-off.ts';

/** How soon a handler that failed is started again: after 1, 2, 4 … 30 s, each multiplied by 0.5 to 1. */
const AGAIN_FIRST_MS = 1_000;
const AGAIN_LAST_MS = 30_000;
/** What has run for so long has nothing to do with the failures before. */
const STABLE_MS = 60_000;

/** What is known of a handler that fails: how often, and for which reason. Only those that do have one. */
export class Trouble {
  readonly #backOff = new BackOff(AGAIN_FIRST_MS, AGAIN_LAST_MS);
  #failures = 0;
  /** The reason that was told last. */
  #told: string | null = null;
  #startedAt = performance.now();
  #timer: NodeJS.Timeout | null = null;

  /** It failed. @returns whether that is to be told: not for the same reason again */
  failed(reason: string): boolean {
    if (performance.now() - this.#startedAt > STABLE_MS) this.end();
    this.#failures += 1;
    const isNew = reason !== this.#told;
    this.#told = reason;
    return isNew;
  }

  /** It works. @returns after how many failures */
  end(): number {
    const failures = this.#failures;
    this.#failures = 0;
    this.#told = null;
    this.#backOff.reset();
    return failures;
  }

  /** Calls back when it is time to start it again. */
  wait(start: () => void): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#startedAt = performance.now();
      start();
    }, this.#backOff.next());
  }

  callOff(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
