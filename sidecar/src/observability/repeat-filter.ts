/** The same is said again only so often. */
const REPEAT_MS = 60_000;
/** So many texts are remembered: an error may quote anything. */
const MOST = 1_000;

/** Knows what was said of late, so that what fails again and again does not fill the log. */
export class RepeatFilter {
  readonly #said = new Map<string, number>();

  /**
   * Is this to be said? Then it counts as said now.
   * @param about what it is about: of another thing the same may be said, too
   */
  isNew(about: string, text: string): boolean {
    const key = `${about} ${text}`;
    const now = performance.now();
    const at = this.#said.get(key);
    if (at !== undefined && now - at < REPEAT_MS) return false;
    this.#said.delete(key);
    this.#said.set(key, now);
    for (const oldest of this.#said.keys()) {
      if (this.#said.size <= MOST) break;
      this.#said.delete(oldest);
    }
    return true;
  }

  /** What was said of it is over: it is new when it comes back. */
  forget(about: string): void {
    for (const key of this.#said.keys()) if (key.startsWith(`${about} `)) this.#said.delete(key);
  }
}
