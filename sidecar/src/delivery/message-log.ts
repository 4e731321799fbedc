import type { Message } from '../api/message.ts';
import { Snapshot } from './snapshot.ts';

/** One read of the database: what it brought became visible between two snapshots. */
export interface ReadMark {
  /** Counts the reads of one database. */
  readonly number: number;
  readonly before: string;
  readonly after: string;
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

/** Entries with their messages, to be offered to an adapter. */
export interface Offer {
  readonly entries: readonly Entry[];
  readonly messages: readonly Message[];
}

const NOTHING: Offer = { entries: [], messages: [] };

/** How much of a channel is kept: for listeners that are busy, and for pages that come back. */
export interface LogLimits {
  readonly messages: number;
  readonly characters: number;
}

const LIMITS: LogLimits = { messages: 10_000, characters: 32 * 1024 * 1024 };

interface Channel {
  entries: Entry[];
  characters: number;
  /** The youngest entry that was dropped. */
  dropped: Entry | null;
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
  #read: ReadMark = { number: 0, before: '', after: '' };
  #start = '';
  #partial = false;

  constructor(limits: LogLimits = LIMITS) {
    this.#limits = limits;
  }

  /** The number of the youngest entry; 0 before the first. */
  get head(): number {
    return this.#head;
  }

  /** The last read. */
  get read(): ReadMark {
    return this.#read;
  }

  /** True while only a part of the last read has been added. */
  get partial(): boolean {
    return this.#partial;
  }

  /** How far the database has been read: nothing that this snapshot sees is still to come. */
  get snapshot(): string {
    return this.#partial ? this.#read.before : this.#read.after;
  }

  /** Forgets everything: the database is another one now, read from that snapshot on. Numbers go on. */
  restart(snapshot: string): void {
    this.#channels.clear();
    this.#start = snapshot;
    this.#partial = false;
    this.#read = { number: this.#read.number + 1, before: snapshot, after: snapshot };
  }

  /**
   * Adds what another read brought, or a part of it.
   *
   * @param snapshot up to which it is
   * @param last false if more of the same read follows
   */
  add(snapshot: string, arrivals: readonly Arrival[], last: boolean): void {
    if (!this.#partial) {
      this.#read = { number: this.#read.number + 1, before: this.#read.after, after: snapshot };
    }
    for (const arrival of arrivals) this.#append(arrival);
    this.#partial = !last;
  }

  #append(arrival: Arrival): void {
    this.#head += 1;
    const entry = { ...arrival, seq: this.#head, read: this.#read };
    const { channel: name } = arrival.message;
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = { entries: [], characters: 0, dropped: null, offer: NOTHING, offeredTo: undefined };
      this.#channels.set(name, channel);
    }
    channel.entries.push(entry);
    channel.characters += entry.size;
    this.#trim(channel);
  }

  /** The entries of a channel after `seq`, oldest first; null if some of them were dropped. */
  after(name: string, seq: number): Offer | null {
    const channel = this.#channels.get(name);
    if (channel === undefined) return NOTHING;
    if (channel.dropped !== null && channel.dropped.seq > seq) return null;
    const { entries } = channel;
    // Readers are nearly always at the end: look from there.
    let from = entries.length;
    while (from > 0 && (entries[from - 1]?.seq ?? 0) > seq) from -= 1;
    if (from === entries.length) return NOTHING;
    const last = entries.at(-1);
    if (channel.offeredTo !== last || channel.offer.entries[0] !== entries[from]) {
      channel.offer = toOffer(entries.slice(from));
      channel.offeredTo = last;
    }
    return channel.offer;
  }

  /** The entries of a channel that a snapshot does not see, oldest first; null if the log does not reach back to it. */
  since(name: string, snapshot: Snapshot): readonly Entry[] | null {
    const channel = this.#channels.get(name);
    const start = Snapshot.parse(channel?.dropped?.read.after ?? this.#start);
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

  #trim(channel: Channel): void {
    let over = 0;
    let characters = channel.characters;
    const { entries } = channel;
    // The youngest is kept, whatever its size. A tenth more is dropped than needed: cutting an array costs its length.
    if (entries.length > this.#limits.messages)
      over = entries.length - Math.floor(this.#limits.messages * 0.9);
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

/** Entries with their messages. */
export function toOffer(entries: readonly Entry[]): Offer {
  return { entries, messages: entries.map(({ message }) => message) };
}
