import type { AbstractAdapter } from '../api/adapter.ts';
import type { DeclaredAdapter } from '../api/adapter-registry.ts';
import type { Message } from '../api/message.ts';
import type { Entry, MessageLog, ReadMark } from './message-log.ts';
import { cut, type Offer, toOffer } from './offer.ts';
import { MOST_IDS, type Position } from './position.ts';
import type { Replay } from './replay.ts';

/** After so many failed attempts a message is passed over, and the page told to load its data again. */
const ATTEMPTS = 5;

/** Up to so many, looking through a list is quicker than making a set of it. */
const FEW = 8;

/** What one handler took and has not confirmed. */
export type Batch = readonly Entry[];

const NO_ENTRIES: Batch = [];

interface Confirmed {
  readonly id: string;
  readonly read: ReadMark;
}

/**
 * How far one page has read one channel with one adapter and the arguments of its `listen` (mode `each`).
 *
 * What is put back is offered again before what is new, in the old order.
 */
export class Cursor {
  readonly adapter: DeclaredAdapter;
  /** The name of its position in the page's memory: the adapter's, with the arguments of `listen`. */
  readonly key: string;
  /** Asked at each listen. */
  readonly instance: AbstractAdapter;
  readonly #log: MessageLog;
  #seq: number;
  /** What reads brought up to this number is not offered: the page was told to load its data again when they were made. */
  #passed = 0;
  /** True while whatever is read is known not to be for this cursor, unless it is told otherwise. */
  #following = false;
  /** Missed while the page was away, and not offered yet. */
  #missed: readonly Entry[];
  // Nearly always empty, for each of thousands of cursors: made when they are needed.
  #returned: readonly Entry[] = NO_ENTRIES;
  #held: readonly Batch[] = [];
  /** Confirmed while an older message is not: the position lists them. */
  #confirmed: readonly Confirmed[];
  /** The youngest read of a message that was confirmed and is not in that list, which is full. */
  #unlisted = 0;
  #failures: Map<Entry, number> | null = null;

  /**
   * @param start the place to start from: what was read up to there is not offered
   * @param replay what the page missed before that place
   */
  constructor(
    adapter: DeclaredAdapter,
    log: MessageLog,
    start: number,
    replay?: Replay,
    key: string = adapter.key,
  ) {
    this.adapter = adapter;
    this.key = key;
    this.instance = new adapter.adapter();
    this.#log = log;
    this.#seq = start;
    this.#missed = replay?.entries ?? NO_ENTRIES;
    this.#confirmed = (replay?.ids ?? []).map((id) => ({ id, read: replay?.read ?? log.read }));
  }

  /**
   * The entries to offer, oldest first: what was put back, and as much else as is offered at a time. Null if the log no longer reaches back far enough; the cursor then stands at the
   * end of what was read.
   */
  offer(): Offer | null {
    const fresh = this.#log.after(this.adapter.channel, this.#seq, this.#passed);
    if (fresh === null) {
      this.skip();
      return null;
    }
    if (this.#returned.length === 0 && this.#missed.length === 0) return fresh;
    const others = cut([...this.#missed, ...fresh.entries]);
    return toOffer([...this.#returned, ...others].sort(bySeq));
  }

  /** Is there something that has not been offered yet, although it chose nothing? */
  get more(): boolean {
    if (this.#missed.length > 0) return true;
    return this.#log.after(this.adapter.channel, this.place, this.#passed)?.entries.length !== 0;
  }

  /** Up to which it has read. */
  get place(): number {
    return this.#following ? this.#log.head : this.#seq;
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

  /**
   * Another one of the same adapter, with other arguments of `listen`, at the same place.
   * @param key the name of its position
   */
  fork(key: string): Cursor {
    const fork = new Cursor(this.adapter, this.#log, this.place, undefined, key);
    fork.#passed = this.#passed;
    return fork;
  }

  /**
   * Goes to the end of what was read, or of what is being read: what lies before is not offered any more. All of it is
   * committed, so whoever loads the data again has it, and needs to be told so only once however long a flood is.
   */
  skip(): void {
    this.#seq = this.#log.head;
    this.#passed = this.#log.partial(this.adapter.channel)?.number ?? this.#passed;
    this.#missed = NO_ENTRIES;
    this.#returned = NO_ENTRIES;
    this.#confirmed = [];
    this.#held = [];
    this.#failures = null;
  }

  /**
   * Notes what the adapter chose from what was offered, and moves on: past the last message taken, or to the end of what
   * was offered if it chose none.
   */
  take(offer: Offer, chosen: readonly Message[]): Batch {
    if (chosen.length === 0) {
      this.#pass(offer.entries.at(-1));
      return NO_ENTRIES;
    }
    const batch = pick(offer, chosen);
    this.#pass(batch.at(-1));
    this.#held = [...this.#held, batch];
    if (this.#returned.length > 0) {
      const taken = new Set(batch);
      this.#returned = this.#returned.filter((entry) => !taken.has(entry));
    }
    return batch;
  }

  /** Forgets what was confirmed. */
  confirm(batch: Batch): void {
    if (!this.#release(batch)) return;
    if (this.#failures !== null) for (const entry of batch) this.#failures.delete(entry);
    this.#remember(batch);
  }

  /**
   * Offers a batch again.
   * @param failed whether this counts as a failed attempt
   * @returns those that failed too often and are passed over
   */
  putBack(batch: Batch, failed: boolean): Entry[] {
    if (!this.#release(batch)) return [];
    const failures = this.#failures ?? new Map<Entry, number>();
    this.#failures = failures;
    const passed: Entry[] = [];
    const returned: Entry[] = [];
    for (const entry of batch) {
      const count = (failures.get(entry) ?? 0) + (failed ? 1 : 0);
      if (count >= ATTEMPTS) {
        failures.delete(entry);
        passed.push(entry);
      } else {
        failures.set(entry, count);
        returned.push(entry);
      }
    }
    this.#returned = [...this.#returned, ...returned].sort(bySeq);
    if (passed.length > 0) this.#remember(passed);
    return passed;
  }

  /**
   * What the page may say when it comes back.
   *
   * @param confirmed a batch that counts as confirmed already: the page keeps the position only if it has handled it
   * @returns null if it cannot be said: in {@link MOST_IDS} ids, or because messages were dropped before they were read
   */
  position(epoch: string, confirmed: Batch = NO_ENTRIES): Position | null {
    const oldest = this.#oldest(confirmed);
    if (oldest === undefined) return null;
    if (oldest === null) return { epoch, snapshot: this.#end(), ids: [] };
    if (oldest.number <= this.#unlisted) return null;
    const ids = this.#confirmed.filter(({ read }) => read.number >= oldest.number).map(({ id }) => id);
    for (const entry of confirmed) if (entry.read.number >= oldest.number) ids.push(entry.message.id);
    return ids.length > MOST_IDS ? null : { epoch, snapshot: oldest.before, ids };
  }

  /** @returns false if it is not held any more: the cursor was told to skip meanwhile */
  #release(batch: Batch): boolean {
    const { length } = this.#held;
    this.#held = this.#held.filter((held) => held !== batch);
    return this.#held.length < length;
  }

  /** Notes what is done, as far as something older is not. */
  #remember(entries: readonly Entry[]): void {
    const oldest = this.#oldest(NO_ENTRIES);
    if (oldest === null) {
      this.#confirmed = [];
      return;
    }
    const done = entries.map(({ message, read }) => ({ id: message.id, read }));
    const all = [...this.#confirmed, ...done];
    const listed = oldest === undefined ? all : all.filter(({ read }) => read.number >= oldest.number);
    // More is not told to the page in any case: a flood of a million would lie here for each that hears it.
    this.#confirmed = listed.length > MOST_IDS ? listed.slice(0, MOST_IDS) : listed;
    for (const { read } of listed.slice(MOST_IDS)) this.#unlisted = Math.max(this.#unlisted, read.number);
  }

  /**
   * The read that brought the oldest message which is neither confirmed nor passed over; null if there is none, undefined
   * if it was dropped.
   */
  #oldest(except: Batch): ReadMark | null | undefined {
    const fresh = this.#log.after(this.adapter.channel, this.place, this.#passed);
    if (fresh === null) return undefined;
    let oldest = older(this.#returned[0], this.#missed[0]);
    for (const batch of this.#held) if (batch !== except) oldest = older(oldest, batch[0]);
    return (oldest ?? fresh.entries[0])?.read ?? this.#unread();
  }

  /** The read of which more is to come for this cursor: nothing of it is known to be the end. */
  #unread(): ReadMark | null {
    const partial = this.#log.partial(this.adapter.channel);
    return partial !== null && partial.number > this.#passed ? partial : null;
  }

  /** Up to where everything is done, if nothing is left to do. */
  #end(): string {
    const { channel } = this.adapter;
    return this.#log.partial(channel)?.after ?? this.#log.snapshotOf(channel);
  }

  #pass(last: Entry | undefined): void {
    if (last === undefined) return;
    if (last.seq > this.#seq) this.#seq = last.seq;
    if (this.#missed.length > 0) this.#missed = this.#missed.filter((entry) => entry.seq > last.seq);
  }
}

/** The entries of an offer that were chosen. */
function pick({ entries, messages }: Offer, chosen: readonly Message[]): Batch {
  // All of them, as without a `get` of its own: a thousand cursors then share one list.
  if (chosen.length === messages.length && messages.every((message, index) => message === chosen[index])) {
    return entries;
  }
  const wanted = chosen.length > FEW ? new Set(chosen) : chosen;
  const isWanted = wanted instanceof Set ? wanted.has.bind(wanted) : wanted.includes.bind(wanted);
  return entries.filter(({ message }) => isWanted(message));
}

function older(one: Entry | undefined, other: Entry | undefined): Entry | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.seq < other.seq ? one : other;
}

function bySeq(one: Entry, other: Entry): number {
  return one.seq - other.seq;
}
