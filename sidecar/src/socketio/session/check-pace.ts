/** Odoo is asked about sessions twice a second at most, whatever the number of databases and pages … */
const GAP_MS = 550;
/** … unless they are so many databases that a round would take longer than this. */
const ROUND_MS = 30_000;
/** What comes in one moment, such as all pages of a user, shares a question. */
const GATHER_MS = 20;

/** When the databases of one sidecar may ask about sessions: one after the other, in the order in which they want to. */
export class CheckPace {
  readonly #gapMs: number;
  #free = Number.NEGATIVE_INFINITY;

  /** @param databases how many there are */
  constructor(databases: number) {
    this.#gapMs = Math.min(GAP_MS, ROUND_MS / Math.max(1, databases));
  }

  /** Resolves when it is one's turn. */
  turn(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now + GATHER_MS, this.#free);
    this.#free = at + this.#gapMs;
    return new Promise((resolve) => void setTimeout(resolve, at - now).unref());
  }
}
