/** So many are told apart. */
const MOST = 100;

/** Origins that were named in the log. Anybody can send anything as an origin: each is named once, and not without end. */
export class Strangers {
  readonly #known = new Set<string>();

  /** @returns whether it should be named now */
  add(origin: string): boolean {
    if (this.#known.has(origin) || this.#known.size >= MOST) return false;
    this.#known.add(origin);
    return true;
  }
}
