import type { Change } from '../protocol.ts';
import type { Arrival } from './arrival.ts';

/** What a page is to be told of a change; null if it shows nothing of it. */
export interface Told {
  /** Those that it shows; null: all of the model. */
  readonly ids: readonly number[] | null;
  readonly spread: number;
}

/** What is told together: of one model, the same done by the same user. */
interface Merged {
  readonly arrival: Arrival;
  readonly ids: Set<number> | null;
  spread: number;
}

/**
 * What one page is told of changes that it hears together, and of which it shows something. In the order of what happened
 * first; after what is too much to name, of which it loads everything again, the rest of a model is no news.
 */
export function mergeChanges(
  arrivals: readonly Arrival[],
  mark: string,
  told: (arrival: Arrival) => Told | null,
): Change[] {
  const merged = new Map<string, Merged>();
  const whole = new Map(
    arrivals.filter(({ ids }) => ids === null).map((arrival) => [arrival.model, arrival]),
  );
  for (const arrival of arrivals) {
    const { model, op, who } = arrival;
    const over = whole.get(model);
    if (over !== undefined && over !== arrival) continue;
    const own = told(arrival);
    if (own === null) continue;
    const key = JSON.stringify([model, op, who]);
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, { arrival, ids: own.ids && new Set(own.ids), spread: own.spread });
      continue;
    }
    for (const id of own.ids ?? []) known.ids?.add(id);
    known.spread = Math.max(known.spread, own.spread);
  }
  return [...merged.values()].map(({ arrival: { model, op, who }, ids, spread }) => ({
    ...{ model, op, who, spread, mark },
    ids: ids && [...ids],
  }));
}
