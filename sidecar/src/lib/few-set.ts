/**
 * A set that has one value nearly always, for each of thousands of sockets: an empty `Set` takes 152 bytes (Node 20). In the
 * order in which they were added, as that one's.
 */
export class FewSet<Value extends object> {
  #only: Value | null = null;
  /** Made for the second: those that were added after the first. */
  #more: Set<Value> | null = null;

  get size(): number {
    return (this.#only === null ? 0 : 1) + (this.#more?.size ?? 0);
  }

  add(value: Value): void {
    if (this.#only === value) return;
    if (this.size === 0) this.#only = value;
    else {
      this.#more ??= new Set();
      this.#more.add(value);
    }
  }

  has(value: Value): boolean {
    return this.#only === value || this.#more?.has(value) === true;
  }

  /** @returns whether it was there */
  delete(value: Value): boolean {
    const isThere = this.has(value);
    if (this.#only === value) this.#only = null;
    else this.#more?.delete(value);
    if (this.#only === null && this.#more !== null && this.#more.size <= 1) {
      [this.#only = null] = this.#more;
      this.#more = null;
    }
    // An empty one takes as much as one of four.
    else if (this.#more?.size === 0) this.#more = null;
    return isThere;
  }

  /** Appends its values to a list. */
  addTo(list: Value[]): void {
    if (this.#only !== null) list.push(this.#only);
    if (this.#more !== null) list.push(...this.#more);
  }

  clear(): void {
    this.#only = null;
    this.#more = null;
  }

  /** While they are gone through, values may be added, which do not come, and deleted, which come no more. */
  *[Symbol.iterator](): IterableIterator<Value> {
    if (this.#more === null) {
      if (this.#only !== null) yield this.#only;
      return;
    }
    const values = this.#only === null ? [...this.#more] : [this.#only, ...this.#more];
    for (const value of values) if (this.has(value)) yield value;
  }
}
