import type { Arrival } from '../changes/arrival.ts';
import { toMark } from '../mark.ts';
import { outside } from '../outside.ts';
import type { View } from '../views/view.ts';

/** Whoever hears of the whole model is never later than this: a page that does not take what it is sent is cut off earlier. */
const LATE_MS = 60_000;
/** A page hears of the next changes when it has taken those before, and a second after an import. */
const PATIENCE_MS = 10_000;

interface Unheard {
  /** When somebody else heard of it. */
  readonly at: number;
  readonly who: number | null;
}

/**
 * The views that were added lately. A page hears of what is read after it has begun to watch; what was read just before may
 * be known to nobody yet, since those who hear of the whole model take it in portions: then the view is not stale, and its
 * page does not hear of it either. So what is heard now and not by the page itself a while later is told to it.
 */
export class Beginners {
  readonly #since = new Map<View, number>();
  /** By page, since each looks for its own: what it has not heard yet, by the ids of the messages. */
  readonly #unheard = new Map<object, Map<View, Map<string, Unheard>>>();
  #timer: NodeJS.Timeout | null = null;

  add(view: View): void {
    this.#since.set(view, performance.now());
  }

  delete(view: View): void {
    this.#since.delete(view);
    this.#forget(view);
  }

  /** A change is heard for the first time. @param by the page that has heard it itself; null: who hears of all */
  first(arrival: Arrival, by: object | null, now: number): void {
    for (const [view, since] of this.#since) {
      if (since < now - LATE_MS) this.#since.delete(view);
      else if (view.owner !== by && isOf(arrival, view)) this.#note(view, arrival, now);
    }
  }

  /** A page has heard of these itself. */
  heard(arrivals: readonly Arrival[], page: object): void {
    for (const [view, unheard] of this.#unheard.get(page) ?? []) {
      for (const { id } of arrivals) unheard.delete(id);
      if (unheard.size === 0) this.#forget(view);
    }
  }

  #note(view: View, arrival: Arrival, now: number): void {
    const views = this.#unheard.get(view.owner) ?? new Map<View, Map<string, Unheard>>();
    this.#unheard.set(view.owner, views);
    const unheard = views.get(view) ?? new Map<string, Unheard>();
    views.set(view, unheard.set(arrival.id, { at: now, who: arrival.who }));
    this.#timer ??= this.#later(PATIENCE_MS);
  }

  #later(ms: number): NodeJS.Timeout {
    return setTimeout(() => outside(() => this.#tell()), ms).unref();
  }

  #tell(): void {
    const now = performance.now();
    let next: number | null = null;
    for (const [view, unheard] of [...this.#unheard.values()].flatMap((views) => [...views])) {
      const [oldest] = unheard.values();
      if (oldest === undefined) continue;
      const wait = oldest.at + PATIENCE_MS - now;
      if (wait > 0) {
        next = Math.min(next ?? wait, wait);
        continue;
      }
      // One load shows all of it.
      this.#forget(view);
      const { owner, number } = view;
      if (owner.isOpen) owner.tellDiffers({ view: number, spread: 0, who: oldest.who, mark: toMark(now) });
    }
    this.#timer = next === null ? null : this.#later(next);
  }

  #forget(view: View): void {
    const views = this.#unheard.get(view.owner);
    views?.delete(view);
    if (views?.size === 0) this.#unheard.delete(view.owner);
  }
}

/** Would its page hear of it by one of the keys that it watches? */
function isOf({ ids }: Arrival, { watched }: View): boolean {
  return ids === null || ids.some((id) => watched.has(id));
}
