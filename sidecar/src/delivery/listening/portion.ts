/** With so much it begins: at 50 KB/s a bit more than a second. */
export const FIRST_PORTION = 64 * 1024;
const LEAST = 16 * 1024;
const MOST = 1024 * 1024;
/** What was done within it could have been more … */
const QUICK_MS = 250;
/** … and what took longer is halved. */
const SLOW_MS = 1_000;

/**
 * How much is given at a time to somebody of whom nobody knows how quick they are, in characters. Always a power of two: of
 * a thousand pages at the same place nearly all are given the same, which is put together once.
 */
export class Portion {
  #size = FIRST_PORTION;
  #begunAt: number | null = null;

  get size(): number {
    return this.#size;
  }

  /** True while a whole one is being worked on. */
  get begun(): boolean {
    return this.#begunAt !== null;
  }

  /**
   * A whole portion is given out: what came alone says nothing of what they could take.
   * @param now by the monotonic clock, in milliseconds
   */
  begin(now: number): void {
    this.#begunAt = now;
  }

  /** It is done; if none was begun, nothing happens. @param now by the same clock */
  end(now: number): void {
    if (this.#begunAt === null) return;
    const took = now - this.#begunAt;
    this.#begunAt = null;
    if (took > SLOW_MS) this.#size = Math.max(LEAST, this.#size / 2);
    else if (took < QUICK_MS) this.#size = Math.min(MOST, this.#size * 2);
  }
}
