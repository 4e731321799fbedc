import { SocketIOError } from 'web_socketio';
import { manyKey, recordKey } from '../changes/adapters.ts';
import type { Arrival } from '../changes/arrival.ts';
import { mergeChanges } from '../changes/merge-changes.ts';
import { toMark } from '../mark.ts';
import type { Change, Shown } from '../protocol.ts';
import type { View } from './view.ts';

/** Of one page at a time. */
const MOST_VIEWS = 50;
/** A socket watches 1,000 keys: some are left for models, and for who else is there. */
const MOST_WATCHED = 900;

/** What one view of a page is, from the first word of it on. */
interface Slot {
  /** The last version that came. */
  version: number;
  /** What it shows; null until Odoo has said what its user may read. */
  view: View | null;
}

/** What a view shows has become something else; null: nothing that is live. */
export interface Turn {
  readonly before: View | null;
  readonly after: View | null;
  /** The keys that its socket has to watch from now on … */
  readonly added: readonly string[];
  /** … and those that it need not watch any more. */
  readonly removed: readonly string[];
}

/** The views of one page. */
export class SocketViews {
  readonly #slots = new Map<number, Slot>();

  /** A version came. @returns false if a later one is known. @throws SocketIOError `too_many_views` */
  begin({ view, version }: Shown): boolean {
    const slot = this.#slots.get(view);
    if (slot === undefined && this.#slots.size >= MOST_VIEWS) {
      throw new SocketIOError(
        'too_many_views',
        `This page shows ${MOST_VIEWS} live views already: another one is not live. Close some of them.`,
      );
    }
    if (slot === undefined) this.#slots.set(view, { version, view: null });
    else if (slot.version > version) return false;
    else slot.version = version;
    return true;
  }

  /** Is this still the version that counts? */
  isLast({ view, version }: Pick<Shown, 'view' | 'version'>): boolean {
    return this.#slots.get(view)?.version === version;
  }

  /** How many records a view may watch beside the others. */
  room(number: number): number {
    let count = 0;
    for (const view of this.#others(number)) count += view.watched.size;
    return Math.max(0, MOST_WATCHED - count);
  }

  /** A view shows this from now on; null: nothing that is live. */
  set(number: number, after: View | null): Turn {
    const slot = this.#slots.get(number);
    const before = slot?.view ?? null;
    if (slot !== undefined) slot.view = after;
    const others = this.#others(number);
    return {
      before,
      after,
      added: after === null ? [] : keysOf(after, before === null ? others : [...others, before]),
      removed: before === null ? [] : keysOf(before, after === null ? others : [...others, after]),
    };
  }

  /** A view is closed. */
  delete(number: number): Turn {
    const turn = this.set(number, null);
    this.#slots.delete(number);
    return turn;
  }

  get all(): View[] {
    return [...this.#slots.values()].map(({ view }) => view).filter((view) => view !== null);
  }

  /** What its page is told. @param spread over how many milliseconds those who hear of it load again */
  changes(arrivals: readonly Arrival[], spread: (arrival: Arrival) => number): Change[] {
    const views = this.all;
    return mergeChanges(arrivals, toMark(performance.now()), (arrival) => {
      const own = views.filter(({ model }) => model === arrival.model);
      if (own.length === 0) return null;
      if (arrival.ids === null) return { ids: null, spread: spread(arrival) };
      const ids = arrival.ids.filter((id) => own.some(({ watched }) => watched.has(id)));
      return ids.length === 0 ? null : { ids, spread: spread(arrival) };
    });
  }

  #others(number: number): View[] {
    const views: View[] = [];
    for (const [other, { view }] of this.#slots) if (other !== number && view !== null) views.push(view);
    return views;
  }
}

/** The keys that this view needs, and none of the others. */
function keysOf(view: View, others: readonly View[]): string[] {
  const same = others.filter(({ model }) => model === view.model);
  const ids = [...view.watched].filter((id) => !same.some(({ watched }) => watched.has(id)));
  const keys = ids.map((id) => recordKey(view.model, id));
  return same.length > 0 ? keys : [manyKey(view.model), ...keys];
}
