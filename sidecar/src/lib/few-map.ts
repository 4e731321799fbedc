/**
 * A map that has one entry nearly always, for each of thousands of sockets: an empty `Map` takes 184 bytes (Node 20). In the
 * order in which keys were added, as that one's.
 */
export class FewMap<Key, Value> {
  #only: { readonly key: Key; value: Value } | null = null;
  /** Made for the second: those that were added after the first. */
  #more: Map<Key, Value> | null = null;

  get size(): number {
    return (this.#only === null ? 0 : 1) + (this.#more?.size ?? 0);
  }

  get(key: Key): Value | undefined {
    return this.#only?.key === key ? this.#only.value : this.#more?.get(key);
  }

  set(key: Key, value: Value): void {
    if (this.#only?.key === key) this.#only.value = value;
    else if (this.size === 0) this.#only = { key, value };
    else {
      this.#more ??= new Map();
      this.#more.set(key, value);
    }
  }

  /** @returns whether it was there */
  delete(key: Key): boolean {
    if (this.#only?.key !== key) return this.#more?.delete(key) ?? false;
    this.#only = null;
    return true;
  }

  /** While they are gone through, entries may be deleted. */
  *keys(): IterableIterator<Key> {
    if (this.#only !== null) yield this.#only.key;
    if (this.#more !== null) yield* this.#more.keys();
  }

  /** While they are gone through, entries may be deleted. */
  *values(): IterableIterator<Value> {
    if (this.#only !== null) yield this.#only.value;
    if (this.#more !== null) yield* this.#more.values();
  }
}
