/**
 * One time in which the event loop does not beat. Whoever looks at it later asks whether it lasts: another one may have begun
 * meanwhile, with somebody else at work, who has kept nobody waiting.
 */
export class Standstill {
  readonly #counter: Int32Array;
  readonly #beat: number;
  readonly #since = performance.now();

  /** @param counter what the event loop raises with each beat */
  constructor(counter: Int32Array) {
    this.#counter = counter;
    this.#beat = Atomics.load(counter, 0);
  }

  /** Has there been no beat since it began? */
  get lasts(): boolean {
    return Atomics.load(this.#counter, 0) === this.#beat;
  }

  /** How long ago it began, in seconds. */
  get seconds(): string {
    return ((performance.now() - this.#since) / 1_000).toFixed(1);
  }
}
