import type { Arrival, Part } from '../../arrival.ts';
import { FIRST_PORTION } from '../../listening/portion.ts';
import { ChannelLog, type Dropped, isBefore, type Lane, type LogLimits } from './channel-log.ts';
import type { Entry, ReadMark } from './entry.ts';
import { NOTHING, type Offer } from './offer.ts';
import type { Sequence } from './sequence.ts';
import { Snapshot } from './snapshot.ts';

/** How far one channel has been read. */
export interface Standing {
  /** Everything that it sees is in the log, or was. */
  readonly snapshot: string;
  /** … up to this place; what lies behind it is not seen by the snapshot. */
  readonly head: number;
  /** Less than that of any read that comes behind the place. */
  readonly number: number;
}

const LIMITS: LogLimits = { messages: 10_000, characters: 32 * 1024 * 1024 };

/**
 * The messages that were read last, by channel. A reader's place is a number: whoever is behind what was dropped is
 * told so, and never gets a part in silence.
 */
export class MessageLog {
  readonly #channels = new Map<string, ChannelLog>();
  readonly #limits: LogLimits;
  readonly #sequence: Sequence;
  #count = 0;
  #read: ReadMark = { number: 0, before: '', after: '' };
  #start = '';
  /** Of all channels that are not here. */
  #dropped: Dropped | null = null;
  /** Null until somebody asks. */
  #snapshot: string | null = null;

  /** @param sequence the places of its messages: that of all logs of one database */
  constructor(sequence: Sequence, limits: LogLimits = LIMITS) {
    this.#sequence = sequence;
    this.#limits = limits;
  }

  /** The end of what was read: greater than the number of any entry before, less than that of any to come. */
  get head(): number {
    return this.#sequence.value;
  }

  /** The last read of all channels but those that are behind. */
  get read(): ReadMark {
    return this.#read;
  }

  /** How far all channels have been read: nothing that this snapshot sees is still to come. */
  get snapshot(): string {
    this.#snapshot ??= this.#findSnapshot();
    return this.#snapshot;
  }

  /** How far a channel has been read: nothing of it that this snapshot sees is still to come. */
  snapshotOf(name: string): string {
    const lane = this.#channels.get(name)?.lane ?? null;
    return lane === null ? this.#read.after : endOf(lane);
  }

  /** The read of which only a part is here of this channel; null if there is none. */
  partial(name: string): ReadMark | null {
    const lane = this.#channels.get(name)?.lane ?? null;
    return lane?.partial === true ? lane.read : null;
  }

  /** Where a replay of this channel ends. */
  standing(name: string): Standing {
    const lane = this.#channels.get(name)?.lane ?? null;
    const snapshot = this.snapshotOf(name);
    if (lane?.partial !== true) return { snapshot, head: this.#sequence.value, number: this.#count };
    return { snapshot, head: lane.place, number: lane.read.number - 1 };
  }

  /** Forgets everything: the database is another one now, read from that snapshot on. Numbers go on. */
  restart(snapshot: string): void {
    this.#channels.clear();
    this.#dropped = null;
    this.#start = snapshot;
    this.#snapshot = null;
    this.#read = this.#mark(snapshot, snapshot);
  }

  /** Adds what was read, in order. */
  add(part: Part, arrivals: readonly Arrival[]): void {
    this.#snapshot = null;
    if (part.channel !== null) this.#addTo(this.#open(part.channel), part, arrivals);
    else if (part.last) this.#addWhole(part, arrivals);
    else this.#addFlood(part, arrivals);
  }

  /**
   * The entries of a channel after `seq`, oldest first, as many as are offered at a time; null if some of them were dropped.
   * @param passed what reads brought up to this number counts as before `seq`
   * @param most how many characters are offered, more or less
   */
  after(name: string, seq: number, passed = 0, most = FIRST_PORTION): Offer | null {
    const channel = this.#channels.get(name);
    if (channel !== undefined) return channel.after(seq, passed, most);
    return isBefore(seq, passed, this.#dropped) ? null : NOTHING;
  }

  /** The first entry of a channel after `seq`; undefined if there is none, null if some were dropped. See {@link after}. */
  firstAfter(name: string, seq: number, passed = 0): Entry | undefined | null {
    const channel = this.#channels.get(name);
    if (channel !== undefined) return channel.firstAfter(seq, passed);
    return isBefore(seq, passed, this.#dropped) ? null : undefined;
  }

  /** The last entry of a channel that is here. */
  last(name: string): Entry | undefined {
    return this.#channels.get(name)?.entries.at(-1);
  }

  /** The entries of a channel that a snapshot does not see, oldest first; null if the log does not reach back to it. */
  since(name: string, snapshot: Snapshot): readonly Entry[] | null {
    const channel = this.#channels.get(name);
    const { dropped } = channel ?? { dropped: this.#dropped };
    const start = Snapshot.parse(dropped?.read.after ?? this.#start);
    if (start === null || !snapshot.includes(start)) return null;
    const missed: Entry[] = [];
    const entries = channel?.entries ?? [];
    let mark: ReadMark | null = null;
    for (let index = entries.length - 1; index >= 0; index -= 1) {
      const entry = entries[index];
      if (entry === undefined) break;
      if (entry.read !== mark) {
        mark = entry.read;
        const after = Snapshot.parse(mark.after);
        // Everything up to that read had been seen: so had everything before it.
        if (after !== null && snapshot.includes(after)) break;
      }
      if (!snapshot.sees(BigInt(entry.txid))) missed.push(entry);
    }
    return missed.reverse();
  }

  #addWhole({ snapshot }: Part, arrivals: readonly Arrival[]): void {
    this.#read = this.#mark(this.#read.after, snapshot);
    for (const arrival of arrivals) this.#append(this.#open(arrival.message.channel), arrival, this.#read);
  }

  /** From now on each channel that is heard is read alone, and what was kept of the others is not whole any more. */
  #addFlood({ snapshot, heard }: Part, arrivals: readonly Arrival[]): void {
    const place = this.#sequence.value;
    this.#read = this.#mark(this.#read.after, snapshot);
    for (const name of heard) this.#open(name).lane ??= { read: this.#read, place, partial: true };
    for (const [name, { lane }] of this.#channels) if (lane === null) this.#channels.delete(name);
    for (const arrival of arrivals) {
      const channel = this.#channels.get(arrival.message.channel);
      if (channel !== undefined) this.#append(channel, arrival, this.#read);
    }
    // Whoever stands at the end of one of the others stood before what is dropped.
    this.#sequence.value += 1;
    this.#dropped = { seq: this.#sequence.value, read: this.#read };
  }

  #addTo(channel: ChannelLog, { snapshot, last }: Part, arrivals: readonly Arrival[]): void {
    let { lane } = channel;
    if (lane?.partial !== true) {
      const before = lane?.read.after ?? this.#read.after;
      lane = { read: this.#mark(before, snapshot), place: this.#sequence.value, partial: true };
    }
    for (const arrival of arrivals) this.#append(channel, arrival, lane.read);
    // With the others again when it is where they are.
    channel.lane = last && snapshot === this.#read.after ? null : { ...lane, partial: !last };
  }

  #mark(before: string, after: string): ReadMark {
    this.#count += 1;
    return { number: this.#count, before, after };
  }

  #open(name: string): ChannelLog {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const channel = new ChannelLog(this.#limits, this.#dropped);
    this.#channels.set(name, channel);
    return channel;
  }

  #append(channel: ChannelLog, arrival: Arrival, read: ReadMark): void {
    this.#sequence.value += 1;
    channel.append(arrival, this.#sequence.value, read);
  }

  #findSnapshot(): string {
    let oldest = this.#read.after;
    for (const { lane } of this.#channels.values()) {
      if (lane !== null && isEarlier(endOf(lane), oldest)) oldest = endOf(lane);
    }
    return oldest;
  }
}

function endOf({ read, partial }: Lane): string {
  return partial ? read.before : read.after;
}

/** All of them are of one server, so one of two includes the other. */
function isEarlier(one: string, other: string): boolean {
  const [earlier, later] = [Snapshot.parse(one), Snapshot.parse(other)];
  return earlier !== null && later !== null && !earlier.includes(later);
}
