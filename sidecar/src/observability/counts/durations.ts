/** In seconds. */
const BOUNDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/**
 * How long things took, as Prometheus wants to know it: how many of them took no longer than each bound. Plain numbers, since it
 * is counted on the way of each message: `prom-client` took 340 ns for one of them, and this takes 6 (2026-11-29).
 */
export class Durations {
  static readonly bounds = BOUNDS;
  /** By their index how many were within a bound and not within the one before; the last are beyond all. */
  readonly #counts = new Float64Array(BOUNDS.length + 1);
  #seconds = 0;
  #count = 0;

  /** @param ms how long it took, in milliseconds */
  add(ms: number): void {
    const seconds = ms > 0 ? ms / 1_000 : 0;
    let index = 0;
    while (index < BOUNDS.length && seconds > (BOUNDS[index] ?? 0)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#seconds += seconds;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Of all together. */
  get seconds(): number {
    return this.#seconds;
  }

  /** How many took no longer than each bound, in their order. */
  get within(): number[] {
    let sum = 0;
    return BOUNDS.map((_bound, index) => {
      sum += this.#counts[index] ?? 0;
      return sum;
    });
  }
}
