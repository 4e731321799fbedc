import type { ShownRefusal } from './shown-refusal.ts';

/** So many kinds are kept. */
const MOST = 20;

/** A kind of refusal, with the last one of it. */
export interface RecentRefusal extends ShownRefusal {
  /** When the last one was, in milliseconds since 1970. */
  readonly at: number;
  /** How many there were since the first that is remembered. */
  readonly times: number;
}

/** The last refusals, the last first: those of one code, way and database are one, so that a flood does not hide all others. */
export class RecentRefusals {
  /** By kind, the last one at the end. */
  readonly #kinds = new Map<string, RecentRefusal>();

  add(refusal: ShownRefusal): void {
    const kind = `${refusal.code} ${refusal.way} ${refusal.db}`;
    const times = (this.#kinds.get(kind)?.times ?? 0) + 1;
    this.#kinds.delete(kind);
    this.#kinds.set(kind, { ...refusal, at: Date.now(), times });
    if (this.#kinds.size <= MOST) return;
    const [oldest] = this.#kinds.keys();
    if (oldest !== undefined) this.#kinds.delete(oldest);
  }

  get list(): readonly RecentRefusal[] {
    return [...this.#kinds.values()].reverse();
  }
}
