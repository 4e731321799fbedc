import type { Arrival } from '../changes/arrival.ts';
import { Ring } from '../changes/ring.ts';
import { fromMark } from '../mark.ts';
import type { Shown } from '../protocol.ts';
import type { View } from '../views/view.ts';
import { Beginners } from './beginners.ts';
import { type Listener, Listening } from './listening.ts';
import { spreadOf, spreadOver } from './spread.ts';

/** How late the word of a page may be that loads something. */
const LATE_MS = 2_000;
/** A user who goes from a list to a record and back finds what was heard meanwhile. */
const LINGER_MS = 3 * 60_000;

export interface LiveModelOptions {
  readonly name: string;
  /** A change was heard. */
  heard(): void;
  /** Nobody has shown anything of it for a while. */
  unused(): void;
}

/** Whether something that a page shows may have changed since its load began. */
export interface Freshness {
  readonly stale: boolean;
  /** Up to which change its list is known to show what it should; null if that is not known. */
  readonly seq: number | null;
}

/** What the sockets of this process show of one model, and what they heard of it in the last minutes. */
export class LiveModel {
  readonly name: string;
  readonly #views = new Set<View>();
  readonly #options: LiveModelOptions;
  readonly #ring = new Ring(performance.now());
  readonly #listening: Listening;
  readonly #beginners = new Beginners();
  /** Of each change, how many views show it: a thousand pages ask that of the same one. */
  readonly #spreads = new WeakMap<Arrival, number>();
  #lingering: NodeJS.Timeout | null = null;
  /** Pages may name models that do not exist. */
  #isLive = false;

  constructor(options: LiveModelOptions) {
    this.name = options.name;
    this.#options = options;
    this.#listening = new Listening({
      model: options.name,
      heard: (arrivals) => this.heard(arrivals),
      interrupted: () => {
        this.#ring.interrupt(performance.now());
        options.heard();
      },
    });
  }

  /** The number of the last change. */
  get seq(): number {
    return this.#ring.seq;
  }

  /** What came after that number; null if not all of it is known. */
  after(seq: number): Iterable<Arrival> | null {
    return this.#ring.after(seq);
  }

  /** A socket begins to show something of the model: from now on all of it is heard. */
  join(listener: Listener): void {
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#lingering = null;
    this.#listening.join(listener);
  }

  /** … and ends to. */
  leave(listener: Listener): void {
    this.#listening.leave(listener);
    if (this.#listening.candidates > 0) return;
    if (!this.#isLive) this.#close();
    else this.#lingering ??= setTimeout(() => this.#close(), LINGER_MS).unref();
  }

  /** A view of it is live. */
  add(view: View): void {
    this.#isLive = true;
    this.#views.add(view);
    this.#beginners.add(view);
  }

  delete(view: View): void {
    this.#views.delete(view);
    this.#beginners.delete(view);
  }

  /** A socket is gone, after it has left. */
  gone(listener: Listener): void {
    this.#listening.gone(listener);
  }

  /**
   * Heard by whoever hears of it first.
   *
   * @param page whose own views these are about; null if somebody hears of all
   */
  heard(arrivals: readonly Arrival[], page: object | null = null): void {
    const now = performance.now();
    const before = this.#ring.seq;
    for (const arrival of arrivals)
      if (this.#ring.add(arrival, now)) this.#beginners.first(arrival, page, now);
    if (page !== null) this.#beginners.heard(arrivals, page);
    if (this.#ring.seq > before) this.#options.heard();
  }

  /** @param isShown whether its page may show that record */
  freshness({ age, mark, again, list }: Shown, isShown: (id: number) => boolean): Freshness {
    const now = performance.now();
    // What came before its load began was loaded.
    const begun = Math.max(now - age - LATE_MS, fromMark(mark, now) ?? Number.NEGATIVE_INFINITY);
    const seq = this.#ring.seqAt(begun);
    // What it shows is replayed; whether its list has changed, a round finds out.
    if (again === true) return { stale: false, seq };
    const since = seq === null ? null : this.#ring.after(seq);
    const stale = since === null || [...since].some(({ ids }) => ids === null || ids.some(isShown));
    return { stale, seq: stale || list === undefined ? this.seq : seq };
  }

  /** Over how many milliseconds the pages that hear of this change load again. */
  spread(arrival: Arrival): number {
    let spread = this.#spreads.get(arrival);
    if (spread === undefined) {
      spread = spreadOf(arrival, this.#views);
      this.#spreads.set(arrival, spread);
    }
    return spread;
  }

  /** The same, if each view of it may load again. */
  get widestSpread(): number {
    return spreadOver(this.#views.size);
  }

  #close(): void {
    this.#listening.close();
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#lingering = null;
    this.#options.unused();
  }
}
