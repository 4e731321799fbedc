/** Why a view is left alone for now: its user has a hand in it, or nobody looks at the tab. */
export type Hold = 'busy' | 'hidden';

/** How a load went: its user may have come in between, or Odoo may be away. */
export type Outcome = 'loaded' | 'interrupted' | 'unreachable';

/** The view whose reloads are planned. */
export interface Reloaded {
  hold(): Hold | undefined;
  /** Loads what the view shows. */
  load(): Promise<Outcome>;
}

/** No view loads more often, however many changes there are. */
export const LEAST_MS = 1_000;
/** How often to look whether the user is done: nothing tells that a row is no longer edited, or a card no longer dragged. */
const LOOK_MS = 250;
/** When Odoo comes back, it has enough to do: all pages ask again within as much time as they have waited. */
const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

/** When a view loads again: soon, but not with all other pages at once, not too often, and not into its user's hands. */
export class ReloadPlan {
  readonly #view: Reloaded;
  readonly #random: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due: number | undefined;
  #begun = Number.NEGATIVE_INFINITY;
  #isLoading = false;
  #isOver = false;
  #failures = 0;

  constructor(view: Reloaded, random: () => number = Math.random) {
    this.#view = view;
    this.#random = random;
  }

  /** Something has changed. @param spreadMs over how long all pages spread @param leastMs what has to pass at least */
  ask(spreadMs: number, leastMs = 0): void {
    if (this.#isOver) return;
    const now = performance.now();
    const wanted = now + leastMs + this.#random() * spreadMs;
    const due = Math.max(wanted, this.#begun + LEAST_MS);
    this.#due = Math.min(this.#due ?? due, due);
    this.#wait(this.#due - now);
  }

  /** What held the reload back may be over. */
  look(): void {
    if (this.#due !== undefined) this.#wait(this.#due - performance.now());
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#isLoading) this.#timer = setTimeout(() => void this.#load(), Math.max(0, ms));
  }

  #retry(): void {
    const ms = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** (this.#failures - 1));
    this.ask(ms, ms);
  }

  async #load(): Promise<void> {
    if (this.#isOver) return;
    const hold = this.#view.hold();
    if (hold === 'busy') this.#wait(LOOK_MS);
    if (hold !== undefined) return;
    this.#due = undefined;
    this.#begun = performance.now();
    this.#isLoading = true;
    const outcome = await this.#view.load();
    this.#isLoading = false;
    if (this.#isOver) return;
    this.#failures = outcome === 'unreachable' ? this.#failures + 1 : 0;
    if (outcome === 'interrupted') this.ask(0);
    if (outcome === 'unreachable') this.#retry();
    this.look();
  }
}
