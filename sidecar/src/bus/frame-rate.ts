/**
 * How fast frames come, counted as Odoo does: one more is too many if so many others came within the time that they should
 * take. The oldest ones make room, so that it needs no timer.
 */
export class FrameRate {
  readonly #times: number[] = [];

  /**
   * Counts a frame.
   *
   * @param now by a monotonic clock, in milliseconds
   * @param burst so many may come at once
   * @param delayMs between two of them otherwise
   * @returns false if it is one too many: it is not counted then
   */
  take(now: number, burst: number, delayMs: number): boolean {
    const times = this.#times;
    while (times.length > burst) times.shift();
    const [oldest] = times;
    if (times.length === burst && oldest !== undefined && now - oldest < delayMs * burst) return false;
    times.push(now);
    return true;
  }
}
