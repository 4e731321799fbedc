const NONE = Symbol('none');

/**
 * A map that has one entry nearly always, for each of thousands of sockets: an empty `Map` takes 184 bytes (Node 20), and
 * this 48. In the order in which keys were added, as that one's.
 */
export class FewMap<Key, Value> {
  #key: Key | typeof NONE = NONE;
  #value: Value | typeof NONE = NONE;
  /** Made for the second: those that were added after the first. */
  #more: Map<Key, Value> | null = null;

  get size(): number {
    return (this.#key === NONE ? 0 : 1) + (this.#more?.size ?? 0);
  }

  has(key: Key): boolean {
    return this.#key === key || this.#more?.has(key) === true;
  }

  get(key: Key): Value | undefined {
    return this.#key === key && this.#value !== NONE ? this.#value : this.#more?.get(key);
  }

  set(key: Key, value: Value): void {
    if (this.#key === key || this.size === 0) {
      this.#key = key;
      this.#value = value;
    } else {
      this.#more ??= new Map();
      this.#more.set(key, value);
    }
  }

  /** @returns whether it was there */
  delete(key: Key): boolean {
    if (this.#key !== key) return this.#deleteMore(key);
    this.#key = NONE;
    this.#value = NONE;
    return true;
  }

  clear(): void {
    this.#key = NONE;
    this.#value = NONE;
    this.#more = null;
  }

  /** While they are gone through, entries may be deleted. */
  *keys(): IterableIterator<Key> {
    if (this.#key !== NONE) yield this.#key;
    if (this.#more !== null) yield* this.#more.keys();
  }

  /** While they are gone through, entries may be deleted. */
  *values(): IterableIterator<Value> {
    if (this.#value !== NONE) yield this.#value;
    if (this.#more !== null) yield* this.#more.values();
  }

  #deleteMore(key: Key): boolean {
    const isThere = this.#more?.delete(key) ?? false;
    // An empty one takes as much as one of four.
    if (this.#more?.size === 0) this.#more = null;
    return isThere;
  }
}
