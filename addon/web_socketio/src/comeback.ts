import type { Patience } from './patience.ts';
import { after, type RetryBounds, retryDelay } from './retry-delay.ts';

/** A connection that lived this long was no failure: the next series of retries starts from the beginning. */
const STABLE_MS = 30_000;
/**
 * How much longer than for other reasons to wait for a session to be unlocked: only its user can do that, who is noticed.
 * Whole companies have their screens locked at noon.
 */
const LOCKED_FACTOR = 10;

/** What a comeback needs of its page. */
export interface WaitingPage {
  readonly patience: Patience;
  readonly retryBounds: RetryBounds;
}

/** How a namespace waits that the server refused or ended: longer after each failure, unless there is news. */
export class Comeback {
  readonly #page: WaitingPage;
  #failures = 0;
  /** When it was connected last, until that has counted. */
  #connectedAt: number | undefined;
  #callOff: () => void = () => undefined;
  /** Begins the next try, while it waits for that. Not while its screen is locked, which has signs of its own. */
  #retry: (() => void) | undefined;

  constructor(page: WaitingPage) {
    this.#page = page;
  }

  /** It was let in. */
  connected(): void {
    this.#connectedAt = Date.now();
  }

  /**
   * Calls `reconnect` later.
   *
   * @param isLocked only its user can let it in
   * @param delayMs when, if it is not to be left to chance
   */
  wait(reconnect: () => void, isLocked: boolean, delayMs?: number): void {
    const wasStable = this.#connectedAt !== undefined && Date.now() - this.#connectedAt > STABLE_MS;
    if (wasStable) this.#failures = 0;
    // Else every later refusal would begin anew as well, and the page would try every second or two for ever.
    this.#connectedAt = undefined;
    const { minMs, maxMs } = this.#page.retryBounds;
    if (isLocked) {
      const delay = retryDelay(this.#failures, { minMs, maxMs: maxMs * LOCKED_FACTOR });
      this.#callOff = this.#page.patience.wait(delay, reconnect);
    } else {
      const retry = () => {
        this.#retry = undefined;
        reconnect();
      };
      this.#retry = retry;
      this.#callOff = after(delayMs ?? retryDelay(this.#failures, { minMs, maxMs }), retry);
    }
    this.#failures += 1;
  }

  callOff(): void {
    this.#retry = undefined;
    this.#callOff();
  }

  /** Waits no longer. @returns whether it waited */
  hasten(): boolean {
    const retry = this.#retry;
    if (!retry) return false;
    this.#callOff();
    retry();
    return true;
  }
}
