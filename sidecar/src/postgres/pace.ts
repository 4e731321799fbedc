/** Commits in one window from which on reading every few milliseconds is cheaper than ringing. */
const FAST = 40;
/** Commits in one window below which the bell is armed again. Less than FAST, so that it does not flap. */
const SLOW = 20;
const WINDOW_MS = 200;
/** Each arming costs a transaction id. */
const REARM_MS = 1_000;

/**
 * Decides between the two ways of reading: armed (each commit rings) at the rates at which people work, unarmed
 * (read every few milliseconds) when commits come in hundreds a second, since each NOTIFY takes a lock of the whole
 * database through the commit's flush: 340–380 commits a second with it, 2,000–3,900 without (16 writers, 2 ms flush).
 */
export class Pace {
  #windowStart = 0;
  #commits = 0;
  #disarmedAt = Number.NEGATIVE_INFINITY;
  #slow = true;

  /**
   * Notes one read.
   * @param now milliseconds of a monotonic clock
   * @param commits how many transactions it brought
   * @returns whether the bell should be armed
   */
  note(now: number, commits: number): boolean {
    if (now - this.#windowStart >= WINDOW_MS) {
      if (!this.#slow && this.#commits < SLOW && now - this.#disarmedAt >= REARM_MS) this.#slow = true;
      this.#windowStart = now;
      this.#commits = 0;
    }
    this.#commits += commits;
    if (this.#slow && this.#commits >= FAST) {
      this.#slow = false;
      this.#disarmedAt = now;
    }
    return this.#slow;
  }
}
