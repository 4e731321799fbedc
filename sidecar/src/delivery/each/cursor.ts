import { MOST_IDS } from '../../../protocol/limits.ts';
import type { AbstractAdapter } from '../../api/adapter.ts';
import type { DeclaredAdapter } from '../../api/adapter-registry.ts';
import type { Message } from '../../api/message.ts';
import { FIRST_PORTION } from '../listening/portion.ts';
import { AcknowledgedList } from './acknowledged-list.ts';
import { Failures } from './failures.ts';
import { bySeq, type Entry, older } from './log/entry.ts';
import type { MessageLog } from './log/message-log.ts';
import { endOf, type Offer, pick, toOffer } from './log/offer.ts';
import type { Position } from './position.ts';
import { progressBefore, progressOf } from './progress.ts';
import type { Replay } from './replay.ts';

/** What one handler took and has not acknowledged. */
export type Batch = readonly Entry[];

const NO_ENTRIES: Batch = [];
const NO_IDS: readonly string[] = [];

/**
 * How far one page has read one channel with one adapter and the arguments of its `listen` (mode `each`).
 *
 * What is requeued is offered again before what is new, in the old order.
 */
export class Cursor {
  readonly adapter: DeclaredAdapter;
  /** The name of its position in the page's memory: the adapter's, with the arguments of `listen`. */
  readonly key: string;
  /** Asked at each listen. */
  readonly instance: AbstractAdapter;
  /** Counts how often what was offered became something else than would be offered now. */
  changes = 0;
  readonly #log: MessageLog;
  #seq: number;
  /** What reads brought up to this number is not offered: the page was told to load its data again when they were made. */
  #passed = 0;
  /** Where its reader is, if that is before the place up to which the rest is for others; else null. */
  #readerSeq: number | null = null;
  /** True while whatever is read is known not to be for this cursor, unless it is told otherwise. */
  #following = false;
  /** Missed while the page was away; those before `#first` have been offered. */
  #missed: readonly Entry[];
  #first = 0;
  // Nearly always empty, for each of thousands of cursors: made when they are needed.
  #returned: readonly Entry[] = NO_ENTRIES;
  #held: readonly Batch[] = [];
  #acknowledged: AcknowledgedList | null = null;
  #failures: Failures | null = null;
  /** What was offered alone was not wanted: it is offered with the others. */
  #declined = false;

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
    if (replay === undefined) return;
    if (replay.acknowledged.length > 0) this.#acknowledged = new AcknowledgedList(replay.acknowledged);
    if (replay.failed.size > 0) this.#failures = new Failures(replay.failed);
  }

  /**
   * The entries to offer, oldest first: what was requeued, and as much else as is offered at a time. What has failed is
   * offered alone, so that only the message for which it fails uses up its attempts. Null if the log no longer reaches
   * back far enough; the cursor then stands at the end of what was read.
   *
   * @param most how many characters are offered, more or less
   */
  offer(most = FIRST_PORTION): Offer | null {
    const fresh = this.#log.after(this.adapter.channel, this.#seq, this.#passed, most);
    if (fresh === null) {
      this.skip();
      return null;
    }
    const returned = this.#returned;
    if (returned.length === 0 && this.#missed.length === 0) return this.#alone(fresh);
    const end = endOf(this.#missed, this.#first, most);
    const isLast = end >= this.#missed.length;
    const left = [
      ...returned,
      ...this.#missed.slice(this.#first, end),
      ...(isLast ? fresh.entries : NO_ENTRIES),
    ];
    const last = endOf(left, 0, most);
    return this.#alone(toOffer(left.slice(0, last), last < left.length || !isLast || fresh.cut));
  }

  /** Is there something that has not been offered yet, although it chose nothing? */
  get more(): boolean {
    if (this.#first < this.#missed.length || this.#declined) return true;
    return this.#log.firstAfter(this.adapter.channel, this.place, this.#passed) !== undefined;
  }

  /** Up to which it has read. */
  get place(): number {
    return this.#following ? this.#log.head : this.#seq;
  }

  /** From now on it stands at the end of what is read, without being asked. */
  follow(): void {
    this.#readerSeq = null;
    this.#following = true;
  }

  /** It stands at this place from now on, if it followed. */
  stay(seq: number): void {
    if (!this.#following) return;
    this.#following = false;
    this.#seq = Math.max(this.#seq, seq);
  }

  /**
   * Another one of the same adapter, with other arguments of `listen`, where the reader of this one is.
   * @param key the name of its position
   */
  fork(key: string): Cursor {
    const fork = new Cursor(this.adapter, this.#log, this.#readerSeq ?? this.place, undefined, key);
    fork.#passed = this.#passed;
    return fork;
  }

  /**
   * Goes to the end of what was read, or of what is being read: what lies before is not offered any more. All of it is
   * committed, so whoever loads the data again has it, and needs to be told so only once however long a flood is.
   */
  skip(): void {
    this.changes += 1;
    this.#readerSeq = null;
    this.#seq = this.#log.head;
    this.#passed = this.#log.partial(this.adapter.channel)?.number ?? this.#passed;
    this.#missed = NO_ENTRIES;
    this.#first = 0;
    this.#returned = NO_ENTRIES;
    this.#acknowledged = null;
    this.#held = [];
    this.#failures = null;
  }

  /**
   * Notes what the adapter chose from what was offered, and moves on: past the last message taken, or to the end of what
   * was offered if it chose none, or if nothing else of it is for this reader.
   *
   * @param isAll whether what is left of the offer is for others
   */
  take(offer: Offer, chosen: readonly Message[], isAll = false): Batch {
    const [only] = offer.entries;
    this.#readerSeq = null;
    this.#declined = chosen.length === 0 && only !== undefined && this.#failures?.isSuspect(only) === true;
    if (this.#declined && only !== undefined) this.#failures?.decline(only);
    else if (chosen.length === 0) this.#pass(offer.entries.at(-1));
    if (chosen.length === 0) return NO_ENTRIES;
    const batch = pick(offer, chosen);
    this.#pass(batch.at(-1));
    if (isAll) {
      this.#readerSeq = this.#seq;
      this.#pass(offer.entries.at(-1));
    }
    this.#held = [...this.#held, batch];
    return batch;
  }

  /** Holds a batch as two from now on, of which one may be empty: the messages with those ids, and the others. */
  split(batch: Batch, ids: ReadonlySet<string>): readonly [Batch, Batch] {
    const chosen = batch.filter(({ message }) => ids.has(message.id));
    const others = batch.filter(({ message }) => !ids.has(message.id));
    const parts = [chosen, others].filter(({ length }) => length > 0);
    this.#held = this.#held.flatMap((held) => (held === batch ? parts : [held]));
    return [chosen, others];
  }

  /** Forgets what was acknowledged. */
  acknowledge(batch: Batch): void {
    if (!this.#release(batch)) return;
    if (this.#failures !== null) for (const entry of batch) this.#failures.forget(entry);
    this.#remember(batch);
  }

  /**
   * Offers a batch again.
   * @param failed whether this counts as a failed attempt
   * @returns those that failed too often and are passed over
   */
  requeue(batch: Batch, failed: boolean): Entry[] {
    if (!this.#release(batch)) return [];
    this.changes += 1;
    const passed: Entry[] = [];
    const returned: Entry[] = [];
    if (failed) this.#failures ??= new Failures();
    for (const entry of batch)
      (failed && this.#failures?.fail(entry) === true ? passed : returned).push(entry);
    if (this.#failures?.isHopeless === true) {
      this.skip();
      return passed;
    }
    this.#returned = [...this.#returned, ...returned].sort(bySeq);
    if (passed.length > 0) this.#remember(passed);
    return passed;
  }

  /**
   * What the page may say when it comes back.
   *
   * @param acknowledged a batch that counts as acknowledged already: the page keeps the position only if it has handled it
   * @returns null if it cannot be said: in {@link MOST_IDS} ids, or because messages were dropped before they were read
   */
  position(epoch: string, acknowledged: Batch = NO_ENTRIES): Position | null {
    const oldest = this.#oldest(acknowledged);
    if (oldest === null) return null;
    if (oldest === undefined) return this.#end(epoch);
    const ids = this.#acknowledged === null ? [] : this.#acknowledged.after(oldest.seq);
    if (ids === null) return null;
    for (const entry of acknowledged) if (entry.seq > oldest.seq) ids.push(entry.message.id);
    if (ids.length > MOST_IDS) return null;
    const failed = this.#failures?.told;
    const { before } = oldest.read;
    const position = { epoch, snapshot: before, ids, ...(failed === undefined ? {} : { failed }) };
    return oldest.first ? position : { ...position, done: progressBefore(oldest) };
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
    if (oldest === undefined) {
      this.#acknowledged = null;
      return;
    }
    this.#acknowledged ??= new AcknowledgedList();
    // Null: what is older was dropped, and nobody knows its place.
    this.#acknowledged.add(entries, oldest?.seq ?? Number.NEGATIVE_INFINITY);
  }

  /** The oldest message that is neither acknowledged nor passed over; undefined if there is none, null if it was dropped. */
  #oldest(except: Batch): Entry | undefined | null {
    const fresh = this.#log.firstAfter(this.adapter.channel, this.place, this.#passed);
    if (fresh === null) return null;
    let oldest = older(this.#returned[0], this.#missed[this.#first]);
    for (const batch of this.#held) if (batch !== except) oldest = older(oldest, batch[0]);
    return oldest ?? fresh;
  }

  /** Up to where everything is done, if nothing that was read is left to do. */
  #end(epoch: string): Position {
    const { channel } = this.adapter;
    const partial = this.#log.partial(channel);
    if (partial === null) return { epoch, snapshot: this.#log.snapshotOf(channel), ids: NO_IDS };
    // Whoever is past it was told to load all of it.
    if (partial.number <= this.#passed) return { epoch, snapshot: partial.after, ids: NO_IDS };
    // More of that read is to come.
    const last = this.#log.last(channel);
    const position = { epoch, snapshot: partial.before, ids: NO_IDS };
    return last?.read === partial ? { ...position, done: progressOf(last) } : position;
  }

  /** What failed before is offered alone, and the others without it. */
  #alone(offer: Offer): Offer {
    const failures = this.#failures;
    if (failures === null) return offer;
    const index = offer.entries.findIndex((entry) => failures.isSuspect(entry));
    if (index < 0 || (index === 0 && offer.entries.length === 1)) return offer;
    return toOffer(offer.entries.slice(0, Math.max(1, index)), true);
  }

  #pass(last: Entry | undefined): void {
    if (last === undefined) return;
    if (last.seq > this.#seq) this.#seq = last.seq;
    const missed = this.#missed;
    while (this.#first < missed.length && (missed[this.#first]?.seq ?? 0) <= last.seq) this.#first += 1;
    if (this.#first > 0 && this.#first === missed.length) {
      this.#missed = NO_ENTRIES;
      this.#first = 0;
    }
    // Also what was requeued and is not taken now, as when nobody watches it any more: the page's position would stay before it.
    if (this.#returned.length > 0) this.#returned = this.#returned.filter((entry) => entry.seq > last.seq);
  }
}
