/** Commits in one window from which on reading every few milliseconds is cheaper than being woken up. */
const FAST = 200;
/** Commits in one window below which the wake-up is armed again. Less than FAST, so that it does not flap. */
const SLOW = 100;
/** Commits in one window from which on the business needs the processors that reading needs. */
const RUSH = 400;
const WINDOW_MS = 200;
/** Each arming costs a transaction id. */
const REARM_MS = 1_000;

/**
 * Decides between the two ways of reading: armed (each commit sends a NOTIFY) at the rates at which people work, unarmed
 * (read every few milliseconds) when a thousand commits come a second, or when a writer has to wait for the NOTIFY of
 * another one. Each takes a lock of the whole server through the commit's flush, so with a flush of 5 ms an armed wake-up
 * lets no more than 200 commits a second pass, whatever their number. The wait shows that at any speed of the disk.
 */
export class Pace {
  #windowStart = 0;
  #commits = 0;
  #isRush = false;
  #disarmedAt = Number.NEGATIVE_INFINITY;
  #slow = true;

  /**
   * A writer had to wait for the NOTIFY of another one.
   * @param now milliseconds of a monotonic clock
   */
  busy(now: number): void {
    this.#slow = false;
    this.#disarmedAt = now;
  }

  /** Whether commits came so fast in the last window that reading has to be frugal. */
  get isRush(): boolean {
    return this.#isRush;
  }

  /**
   * Notes one read.
   * @param now milliseconds of a monotonic clock
   * @param commits how many transactions it brought
   * @returns whether the wake-up should be armed
   */
  note(now: number, commits: number): boolean {
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#isRush = this.#commits >= RUSH;
      if (!this.#slow && this.#commits < SLOW && now - this.#disarmedAt >= REARM_MS) this.#slow = true;
      this.#windowStart = now;
      this.#commits = 0;
    }
    this.#commits += commits;
    if (this.#slow && this.#commits >= FAST) this.busy(now);
    return this.#slow;
  }
}
