/** Of one browser, as many tabs as it has, Odoo hears of its presence so often. */
const GAP_MS = 5_000;

/**
 * Keeps what browsers say of their presence apart: the first is sent at once, and of what comes soon after it the last one,
 * since only that counts.
 */
export class PresencePace {
  readonly #waiting = new Map<string, (() => void) | null>();
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param key of those of whom the last one counts @param send now, or later, or never */
  pass(key: string, send: () => void): void {
    if (this.#waiting.has(key)) {
      this.#waiting.set(key, send);
      return;
    }
    this.#rest(key);
    send();
  }

  /** Sends nothing any more. May be called twice. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.clear();
  }

  #rest(key: string): void {
    this.#waiting.set(key, null);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const send = this.#waiting.get(key) ?? null;
      this.#waiting.delete(key);
      if (send !== null) this.pass(key, send);
    }, GAP_MS);
    this.#timers.add(timer);
  }
}
