import type { Arrival } from '../changes/arrival.ts';
import type { View } from '../views/view.ts';

/** What a list does not show and may have to, since it was known to be right. */
export interface Doubt {
  /** Created or changed; null if anything may be. */
  readonly changed: ReadonlySet<number> | null;
  /** A record that it shows has changed, and its page was not told by that record's key. */
  readonly isCertain: boolean;
  /** Who did all of it; null if several did, or nobody knows. */
  readonly who: number | null;
}

/** Is there something to ask? It looks no further than it has to: a thousand lists may wait for their turn while thousands of records change. */
export function isDoubtful(view: View, arrivals: Iterable<Arrival> | null): boolean {
  if (arrivals === null) return true;
  for (const { ids } of arrivals) if (ids?.some((id) => !view.watched.has(id))) return true;
  return false;
}

/**
 * What these changes are for a list. Its page has heard of the records that it shows, and of what is too much to name: then
 * it loads again anyway.
 *
 * @param arrivals null if not all of them are known
 * @returns null if there is nothing to ask
 */
export function toDoubt(view: View, arrivals: Iterable<Arrival> | null): Doubt | null {
  if (arrivals === null) return { changed: null, isCertain: false, who: null };
  const changed = new Set<number>();
  const whos = new Set<number | null>();
  let isUnknown = false;
  let isCertain = false;
  for (const { op, ids, who } of arrivals) {
    for (const id of ids ?? []) {
      if (view.watched.has(id)) continue;
      whos.add(who);
      if (view.rest.has(id)) isCertain = true;
      // It is no longer there to be searched for: a total or the next page may be another one.
      else if (op === 'unlink') isUnknown = true;
      else changed.add(id);
    }
  }
  if (whos.size === 0) return null;
  const [who = null] = whos;
  return {
    changed: isUnknown || changed.size > MOST_CHANGED ? null : changed,
    isCertain,
    who: whos.size === 1 ? who : null,
  };
}

/** Of more it is asked without their names. */
const MOST_CHANGED = 500;
