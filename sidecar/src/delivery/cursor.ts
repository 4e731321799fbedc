import type { DeclaredAdapter } from '../api/adapter-registry.ts';
import type { Message } from '../api/message.ts';
import { type Entry, type MessageLog, type Offer, type ReadMark, toOffer } from './message-log.ts';
import { MOST_IDS, type Position } from './position.ts';
import type { Replay } from './replay.ts';

/** After so many failed attempts a message is passed over, and the page told to load its data again. */
const ATTEMPTS = 5;

/** What one handler took and has not confirmed. */
export type Batch = readonly Entry[];

interface Confirmed {
  readonly id: string;
  readonly read: ReadMark;
}

/**
 * How far one page has read one channel with one adapter (mode `each`).
 *
 * What is put back is offered again before what is new, in the old order.
 */
export class Cursor {
  readonly adapter: DeclaredAdapter;
  readonly #log: MessageLog;
  #seq: number;
  /** True while whatever is read is known not to be for this cursor, unless it is told otherwise. */
  #following = false;
  /** Missed while the page was away, and not offered yet. */
  #missed: readonly Entry[];
  #returned: Entry[] = [];
  readonly #held = new Set<Entry>();
  /** Confirmed while an older message is not: the position lists them. */
  #confirmed: Confirmed[];
  readonly #failures = new Map<Entry, number>();

  /**
   * @param start the place to start from: what was read up to there is not offered
   * @param replay what the page missed before that place
   */
  constructor(adapter: DeclaredAdapter, log: MessageLog, start: number, replay?: Replay) {
    this.adapter = adapter;
    this.#log = log;
    this.#seq = start;
    this.#missed = replay?.entries ?? [];
    this.#confirmed = (replay?.ids ?? []).map((id) => ({ id, read: replay?.read ?? log.read }));
  }

  /**
   * The entries to offer, oldest first. Null if the log no longer reaches back far enough; the cursor then stands at the
   * end of what was read.
   */
  offer(): Offer | null {
    const fresh = this.#log.after(this.adapter.channel, this.#seq);
    if (fresh === null) {
      this.skip();
      return null;
    }
    if (this.#returned.length === 0 && this.#missed.length === 0) return fresh;
    return toOffer([...this.#returned, ...this.#missed, ...fresh.entries].sort(bySeq));
  }

  /** From now on it stands at the end of what is read, without being asked. */
  follow(): void {
    this.#following = true;
  }

  /** It stands at this place from now on, if it followed. */
  stay(seq: number): void {
    if (!this.#following) return;
    this.#following = false;
    this.#seq = Math.max(this.#seq, seq);
  }

  /** Goes to the end of what was read: what lies before is not offered any more. */
  skip(): void {
    this.#seq = this.#log.head;
    this.#missed = [];
    this.#returned = [];
    this.#confirmed = [];
    this.#held.clear();
    this.#failures.clear();
  }

  /**
   * Notes what the adapter chose from what was offered, and moves on: past the last message taken, or to the end of what
   * was offered if it chose none.
   */
  take({ entries: offered }: Offer, chosen: readonly Message[]): Batch {
    if (chosen.length === 0) {
      this.#pass(offered.at(-1));
      return [];
    }
    const wanted = new Set(chosen);
    const batch = offered.filter((entry) => wanted.has(entry.message));
    this.#pass(batch.at(-1));
    for (const entry of batch) this.#held.add(entry);
    if (this.#returned.length > 0) this.#returned = this.#returned.filter((entry) => !this.#held.has(entry));
    return batch;
  }

  /** Forgets what was confirmed. */
  confirm(batch: Batch): void {
    for (const entry of batch) {
      // Not held any more: the cursor was told to skip meanwhile.
      if (!this.#held.delete(entry)) continue;
      this.#failures.delete(entry);
      this.#confirmed.push({ id: entry.message.id, read: entry.read });
    }
    this.#prune();
  }

  /**
   * Offers a batch again.
   * @param failed whether this counts as a failed attempt
   * @returns those that failed too often and are passed over
   */
  putBack(batch: Batch, failed: boolean): Entry[] {
    const passed: Entry[] = [];
    for (const entry of batch) {
      if (!this.#held.delete(entry)) continue;
      const failures = (this.#failures.get(entry) ?? 0) + (failed ? 1 : 0);
      if (failures >= ATTEMPTS) {
        this.#failures.delete(entry);
        this.#confirmed.push({ id: entry.message.id, read: entry.read });
        passed.push(entry);
      } else {
        this.#failures.set(entry, failures);
        this.#returned.push(entry);
      }
    }
    this.#returned.sort(bySeq);
    return passed;
  }

  /**
   * What the page may say when it comes back.
   *
   * @param confirmed a batch that counts as confirmed already: the page keeps the position only if it has handled it
   * @returns null if it cannot be said: in {@link MOST_IDS} ids, or because messages were dropped before they were read
   */
  position(epoch: string, confirmed: Batch = []): Position | null {
    const oldest = this.#oldest(confirmed);
    if (oldest === undefined) return null;
    if (oldest === null) return { epoch, snapshot: this.#log.snapshot, ids: [] };
    const ids = this.#confirmed.filter(({ read }) => read.number >= oldest.number).map(({ id }) => id);
    for (const entry of confirmed) if (entry.read.number >= oldest.number) ids.push(entry.message.id);
    return ids.length > MOST_IDS ? null : { epoch, snapshot: oldest.before, ids };
  }

  /**
   * The read that brought the oldest message which is neither confirmed nor passed over; null if there is none, undefined
   * if it was dropped.
   */
  #oldest(except: Batch): ReadMark | null | undefined {
    const place = this.#following ? this.#log.head : this.#seq;
    const fresh = this.#log.after(this.adapter.channel, place);
    if (fresh === null) return undefined;
    let oldest: Entry | undefined = this.#returned[0] ?? this.#missed[0];
    const missed = this.#missed[0];
    if (missed !== undefined && oldest !== undefined && missed.seq < oldest.seq) oldest = missed;
    for (const entry of this.#held) {
      if (except.includes(entry)) continue;
      if (oldest === undefined || entry.seq < oldest.seq) oldest = entry;
    }
    // Of a read that is not here as a whole yet, nothing is known to be the end.
    return (oldest ?? fresh.entries[0])?.read ?? (this.#log.partial ? this.#log.read : null);
  }

  #pass(last: Entry | undefined): void {
    if (last === undefined) return;
    if (last.seq > this.#seq) this.#seq = last.seq;
    if (this.#missed.length > 0) this.#missed = this.#missed.filter((entry) => entry.seq > last.seq);
  }

  #prune(): void {
    if (this.#confirmed.length === 0) return;
    const oldest = this.#oldest([]);
    if (oldest === undefined) return;
    this.#confirmed =
      oldest === null ? [] : this.#confirmed.filter(({ read }) => read.number >= oldest.number);
  }
}

function bySeq(one: Entry, other: Entry): number {
  return one.seq - other.seq;
}
