import type { Patience } from './patience.ts';
import { after, type RetryBounds, retryDelay } from './retry-delay.ts';

/** A connection that lasted this long counts as a success: the next retries start from the beginning. */
const STABLE_MS = 30_000;
/**
 * How many times longer to wait for a locked session: only its user can unlock it, and the page notices that user.
 * Whole companies lock their screens at noon.
 */
const LOCKED_FACTOR = 10;

/** What a comeback needs from its page. */
export interface WaitingPage {
  readonly patience: Patience;
  readonly retryBounds: RetryBounds;
}

/** The wait of a namespace that the sidecar refused or ended: longer after each failure, unless there is news. */
export class Comeback {
  readonly #page: WaitingPage;
  #failures = 0;
  /** When it last connected; undefined once that has been counted. */
  #connectedAt: number | undefined;
  #callOff: () => void = () => undefined;
  /** Starts the next try, if one is due. Undefined while the screen is locked: `Patience` watches for its user. */
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
   * @param isLocked whether only its user can unlock it
   * @param delayMs how long to wait; random if not given
   */
  wait(reconnect: () => void, isLocked: boolean, delayMs?: number): void {
    const wasStable = this.#connectedAt !== undefined && Date.now() - this.#connectedAt > STABLE_MS;
    if (wasStable) this.#failures = 0;
    // Otherwise every later refusal would start over too, and the page would try every second or two for ever.
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

  /** Ends the wait and tries at once. @returns whether it waited */
  hasten(): boolean {
    const retry = this.#retry;
    if (!retry) return false;
    this.#callOff();
    retry();
    return true;
  }
}
