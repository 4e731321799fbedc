import type { Arrival } from '../changes/arrival.ts';
import type { View } from '../views/view.ts';

/** Odoo answers about so often: one load each. */
const MS_FOR_EACH_VIEW = 5;
const MOST_MS = 5_000;
/** After an import its next statements follow: who waits for them loads once. */
const IMPORT_MS = 1_000;
const FEW_VIEWS = 3;

/** Over how many milliseconds so many views load again. */
export function spreadOver(views: number): number {
  return Math.min(MOST_MS, MS_FOR_EACH_VIEW * Math.max(0, views - 1));
}

/** The same, of the views that show something of a change. */
export function spreadOf({ op, ids }: Arrival, views: Iterable<View>): number {
  let count = 0;
  for (const view of views) if (ids === null || ids.some((id) => view.shows(id))) count += 1;
  const spread = spreadOver(count);
  return op === 'many' && count > FEW_VIEWS ? Math.max(IMPORT_MS, spread) : spread;
}
