/** Ids of records, in four bytes each: a thousand pages have as many as they show. */
export class SortedIds {
  readonly #ids: Int32Array;

  constructor(ids: readonly number[]) {
    this.#ids = Int32Array.from(new Set(ids)).sort();
  }

  get size(): number {
    return this.#ids.length;
  }

  has(id: number): boolean {
    let [low, high] = [0, this.#ids.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return this.#ids[low] === id;
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#ids.values();
  }
}
