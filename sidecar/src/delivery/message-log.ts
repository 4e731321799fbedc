import type { Message } from '../api/message.ts';
import { cut, NOTHING, type Offer, toOffer } from './offer.ts';
import { Snapshot } from './snapshot.ts';

/** One read of the database: what it brought became visible between two snapshots. */
export interface ReadMark {
  /** Counts the reads of one database; within a channel they follow one another. */
  readonly number: number;
  readonly before: string;
  readonly after: string;
}

/** What is said of messages that were read together. */
export interface Part {
  /** The channel of which they are; null: of all channels but those that are read by themselves. */
  readonly channel: string | null;
  /** Up to which the read goes of which they are a part. */
  readonly snapshot: string;
  /** True if nothing of it is left. */
  readonly last: boolean;
  /**
   * In the first part of a flood, of all channels: those of which the rest is read, each by itself. Of others it is not
   * read at all.
   */
  readonly heard: readonly string[];
}

/** A message as it was read: with its transaction, and its length in characters. */
export interface Arrival {
  readonly message: Message;
  readonly txid: string;
  readonly size: number;
}

/** A message with its place in what this sidecar has read. */
export interface Entry extends Arrival {
  /** Orders the messages of one database. Counted from 1 as they are read; replayed ones lie between two of those. */
  readonly seq: number;
  readonly read: ReadMark;
}

/** How far one channel has been read. */
export interface Standing {
  /** Everything that it sees is in the log, or was. */
  readonly snapshot: string;
  /** … up to this place; what lies behind it is not seen by the snapshot. */
  readonly head: number;
  /** Less than that of any read that comes behind the place. */
  readonly number: number;
}

/** How much of a channel is kept: for listeners that are busy, and for pages that come back. */
export interface LogLimits {
  readonly messages: number;
  readonly characters: number;
}

const LIMITS: LogLimits = { messages: 10_000, characters: 32 * 1024 * 1024 };

/** The place up to which messages are not here any more, and the read that brought the last of them. */
type Dropped = Pick<Entry, 'seq' | 'read'>;

/** How far a channel is that is read by itself. */
interface Lane {
  readonly read: ReadMark;
  /** Where the read began. */
  readonly place: number;
  readonly partial: boolean;
}

interface Channel {
  entries: Entry[];
  characters: number;
  dropped: Dropped | null;
  /** Null if it is read with the others. */
  lane: Lane | null;
  /** The last answer to `after`: of a thousand listeners, nearly all ask for the same. */
  offer: Offer;
  offeredTo: Entry | undefined;
}

/**
 * The messages that were read last, by channel. A reader's place is a number: whoever is behind what was dropped is
 * told so, and never gets a part in silence.
 */
export class MessageLog {
  readonly #channels = new Map<string, Channel>();
  readonly #limits: LogLimits;
  #head = 0;
  #count = 0;
  #read: ReadMark = { number: 0, before: '', after: '' };
  #start = '';
  /** Of all channels that are not here. */
  #dropped: Dropped | null = null;
  /** Null until somebody asks. */
  #snapshot: string | null = null;

  constructor(limits: LogLimits = LIMITS) {
    this.#limits = limits;
  }

  /** The end of what was read: greater than the number of any entry before, less than that of any to come. */
  get head(): number {
    return this.#head;
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
    if (lane?.partial !== true) return { snapshot, head: this.#head, number: this.#count };
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
   */
  after(name: string, seq: number, passed = 0): Offer | null {
    const channel = this.#channels.get(name);
    const { dropped } = channel ?? { dropped: this.#dropped };
    if (dropped !== null && dropped.seq > seq && dropped.read.number > passed) return null;
    if (channel === undefined) return NOTHING;
    const { entries } = channel;
    // Readers are nearly always at the end: look from there.
    let from = entries.length;
    for (let entry = entries[from - 1]; entry !== undefined; entry = entries[from - 1]) {
      if (entry.seq <= seq || entry.read.number <= passed) break;
      from -= 1;
    }
    if (from === entries.length) return NOTHING;
    const last = entries.at(-1);
    if (channel.offeredTo !== last || channel.offer.entries[0] !== entries[from]) {
      channel.offer = toOffer(cut(entries, from));
      channel.offeredTo = last;
    }
    return channel.offer;
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

  /** From now on each channel that is heard is read by itself, and what was kept of the others is not whole any more. */
  #addFlood({ snapshot, heard }: Part, arrivals: readonly Arrival[]): void {
    const place = this.#head;
    this.#read = this.#mark(this.#read.after, snapshot);
    for (const name of heard) this.#open(name).lane ??= { read: this.#read, place, partial: true };
    for (const [name, { lane }] of this.#channels) if (lane === null) this.#channels.delete(name);
    for (const arrival of arrivals) {
      const channel = this.#channels.get(arrival.message.channel);
      if (channel !== undefined) this.#append(channel, arrival, this.#read);
    }
    // Whoever stands at the end of one of the others stood before what is dropped.
    this.#head += 1;
    this.#dropped = { seq: this.#head, read: this.#read };
  }

  #addTo(channel: Channel, { snapshot, last }: Part, arrivals: readonly Arrival[]): void {
    let { lane } = channel;
    if (lane?.partial !== true) {
      const before = lane?.read.after ?? this.#read.after;
      lane = { read: this.#mark(before, snapshot), place: this.#head, partial: true };
    }
    for (const arrival of arrivals) this.#append(channel, arrival, lane.read);
    // With the others again when it is where they are.
    channel.lane = last && snapshot === this.#read.after ? null : { ...lane, partial: !last };
  }

  #mark(before: string, after: string): ReadMark {
    this.#count += 1;
    return { number: this.#count, before, after };
  }

  #open(name: string): Channel {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const dropped = this.#dropped;
    const channel = { entries: [], characters: 0, dropped, lane: null, offer: NOTHING, offeredTo: undefined };
    this.#channels.set(name, channel);
    return channel;
  }

  #append(channel: Channel, arrival: Arrival, read: ReadMark): void {
    this.#head += 1;
    const entry = { ...arrival, seq: this.#head, read };
    channel.entries.push(entry);
    channel.characters += entry.size;
    this.#trim(channel);
  }

  #findSnapshot(): string {
    let oldest = this.#read.after;
    for (const { lane } of this.#channels.values()) {
      if (lane !== null && isBefore(endOf(lane), oldest)) oldest = endOf(lane);
    }
    return oldest;
  }

  #trim(channel: Channel): void {
    let over = 0;
    let characters = channel.characters;
    const { entries } = channel;
    // The youngest is kept, whatever its size. A tenth more is dropped than needed: cutting an array costs its length.
    // In a flood half of them: what is kept for a moment and then dropped costs several times its size in garbage.
    const most = channel.lane?.partial === true ? this.#limits.messages / 2 : this.#limits.messages;
    if (entries.length > most) over = entries.length - Math.floor(most * 0.9);
    for (let i = 0; i < over; i += 1) characters -= entries[i]?.size ?? 0;
    while (over < entries.length - 1 && characters > this.#limits.characters) {
      characters -= entries[over]?.size ?? 0;
      over += 1;
    }
    if (over === 0) return;
    channel.dropped = entries[over - 1] ?? channel.dropped;
    channel.entries = entries.slice(over);
    channel.characters = characters;
  }
}

function endOf({ read, partial }: Lane): string {
  return partial ? read.before : read.after;
}

/** All of them are of one server, so one of two includes the other. */
function isBefore(one: string, other: string): boolean {
  const [earlier, later] = [Snapshot.parse(one), Snapshot.parse(other)];
  return earlier !== null && later !== null && !earlier.includes(later);
}
