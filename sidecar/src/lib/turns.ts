import { withinTime } from './time-limit.ts';

/** Lets only a few tasks run at the same time; the others wait, the oldest first. */
export class Turns {
  readonly #mostMs: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /**
   * @param most so many at the same time
   * @param mostMs one that takes longer goes on beside the others: nobody waits for ever for what hangs
   */
  constructor(most: number, mostMs: number) {
    this.#free = most;
    this.#mostMs = mostMs;
  }

  /** Runs it when its turn has come. @returns what it returns; fails as it does */
  async take<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const result = task();
    const over = result.then(
      () => undefined,
      () => undefined,
    );
    void withinTime(over, this.#mostMs, () => undefined).then(() => this.#over());
    return await result;
  }

  #over(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
