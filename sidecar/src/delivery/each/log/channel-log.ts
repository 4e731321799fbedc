import { FewMap } from '../../../lib/few-map.ts';
import type { Arrival } from '../../arrival.ts';
import type { Entry, ReadMark } from './entry.ts';
import { endOf, NOTHING, type Offer, toOffer } from './offer.ts';

/** How much of a channel is kept: for listeners that are busy, and for pages that come back. */
export interface LogLimits {
  readonly messages: number;
  readonly characters: number;
}

/** More answers are not kept: each may list thousands of messages. */
const MOST_OFFERS = 64;

/** The place up to which messages are not here any more, and the read that brought the last of them. */
export type Dropped = Pick<Entry, 'seq' | 'read'>;

/** How far a channel is that is read alone. */
export interface Lane {
  readonly read: ReadMark;
  /** Where the read began. */
  readonly place: number;
  readonly partial: boolean;
}

/** The messages of one channel that were read last. */
export class ChannelLog {
  /** Null if it is read with the others. */
  lane: Lane | null = null;
  readonly #limits: LogLimits;
  #entries: Entry[] = [];
  #characters = 0;
  #dropped: Dropped | null;
  /** The read that brought the last of them. */
  #lastRead: ReadMark | null = null;
  /** The last answers to `after`, by their size and first entry: of a thousand listeners, nearly all ask for the same few. */
  readonly #offers = new FewMap<number, FewMap<Entry, Offer>>();

  constructor(limits: LogLimits, dropped: Dropped | null) {
    this.#limits = limits;
    this.#dropped = dropped;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get dropped(): Dropped | null {
    return this.#dropped;
  }

  /** The entries after `seq`, as many as are offered at a time; null if some of them were dropped. */
  after(seq: number, passed: number, most: number): Offer | null {
    if (isBefore(seq, passed, this.#dropped)) return null;
    const from = this.#indexAfter(seq, passed);
    const entries = this.#entries;
    const first = entries[from];
    if (first === undefined) return NOTHING;
    const known = this.#offersOf(most);
    const offered = known.get(first);
    if (offered !== undefined) return offered;
    const end = endOf(entries, from, most);
    const offer = toOffer(entries.slice(from, end), end < entries.length);
    known.set(first, offer);
    return offer;
  }

  /** The first entry after `seq`; undefined if there is none, null if some were dropped. */
  firstAfter(seq: number, passed: number): Entry | undefined | null {
    return isBefore(seq, passed, this.#dropped) ? null : this.#entries[this.#indexAfter(seq, passed)];
  }

  append(arrival: Arrival, seq: number, read: ReadMark): void {
    this.#offers.clear();
    const { message, txid, size, failed = false, taken = false, committed } = arrival;
    const first = this.#lastRead !== read;
    this.#entries.push({ message, txid, size, failed, taken, committed, seq, read, first });
    this.#lastRead = read;
    this.#characters += size;
    this.#trim();
  }

  #offersOf(most: number): FewMap<Entry, Offer> {
    let offers = this.#offers.get(most);
    if (offers === undefined || offers.size >= MOST_OFFERS) {
      offers = new FewMap();
      this.#offers.set(most, offers);
    }
    return offers;
  }

  /** Readers are nearly always at the end; those in a flood are anywhere. */
  #indexAfter(seq: number, passed: number): number {
    const entries = this.#entries;
    const isAfter = (entry: Entry | undefined) =>
      entry !== undefined && entry.seq > seq && entry.read.number > passed;
    if (!isAfter(entries.at(-1))) return entries.length;
    let [low, high] = [0, entries.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isAfter(entries[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #trim(): void {
    let over = 0;
    let characters = this.#characters;
    const entries = this.#entries;
    // The youngest is kept, whatever its size. A tenth more is dropped than needed: cutting an array costs its length.
    const most = this.#limits.messages;
    if (entries.length > most) over = entries.length - Math.floor(most * 0.9);
    for (let i = 0; i < over; i += 1) characters -= entries[i]?.size ?? 0;
    while (over < entries.length - 1 && characters > this.#limits.characters) {
      characters -= entries[over]?.size ?? 0;
      over += 1;
    }
    if (over === 0) return;
    this.#dropped = entries[over - 1] ?? this.#dropped;
    this.#entries = entries.slice(over);
    this.#characters = characters;
  }
}

/** Does a reader at that place still lack something that is not here any more? */
export function isBefore(seq: number, passed: number, dropped: Dropped | null): boolean {
  return dropped !== null && dropped.seq > seq && dropped.read.number > passed;
}
