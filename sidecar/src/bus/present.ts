/** Who has a bus socket at present, by the keys of their users and browsers. */
export class Present {
  readonly #counts = new Map<string, number>();

  add(keys: readonly string[]): void {
    for (const key of keys) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) {
      const count = (this.#counts.get(key) ?? 0) - 1;
      if (count > 0) this.#counts.set(key, count);
      else this.#counts.delete(key);
    }
  }

  has(keys: readonly string[]): boolean {
    return keys.some((key) => this.#counts.has(key));
  }
}
