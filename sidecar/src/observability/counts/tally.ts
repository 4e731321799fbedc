/** Counts by names of which there are few: whoever counts sees to that. */
export class Tally<Name extends string = string> implements Iterable<readonly [Name, number]> {
  readonly #counts = new Map<Name, number>();

  add(name: Name, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  get(name: Name): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Of all names. */
  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  [Symbol.iterator](): Iterator<readonly [Name, number]> {
    return this.#counts.entries();
  }
}
