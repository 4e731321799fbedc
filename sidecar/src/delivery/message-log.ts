import type { Message } from '../api/message.ts';

/** A message with its place in what this sidecar has read, and its size in characters. */
export interface Entry {
  /** Counts the messages of one database in the order in which they were read, from 1. */
  readonly seq: number;
  readonly message: Message;
  readonly size: number;
}

/** How much of a channel is kept for listeners that are busy while messages arrive. */
export interface LogLimits {
  readonly messages: number;
  readonly characters: number;
}

const LIMITS: LogLimits = { messages: 10_000, characters: 32 * 1024 * 1024 };

interface Channel {
  entries: Entry[];
  characters: number;
  /** The youngest entry that was dropped. */
  dropped: number;
}

/**
 * The messages that were read last, by channel. A reader's place is a number: whoever is behind what was dropped is
 * told so, and never gets a part in silence.
 */
export class MessageLog {
  readonly #channels = new Map<string, Channel>();
  readonly #limits: LogLimits;
  #head = 0;

  constructor(limits: LogLimits = LIMITS) {
    this.#limits = limits;
  }

  /** The number of the youngest entry; 0 before the first. */
  get head(): number {
    return this.#head;
  }

  /**
   * Adds one message.
   * @param size its length in characters, as read
   */
  append(message: Message, size: number): Entry {
    this.#head += 1;
    const entry = { seq: this.#head, message, size };
    let channel = this.#channels.get(message.channel);
    if (channel === undefined) {
      channel = { entries: [], characters: 0, dropped: 0 };
      this.#channels.set(message.channel, channel);
    }
    channel.entries.push(entry);
    channel.characters += size;
    this.#trim(channel);
    return entry;
  }

  /**
   * The entries of a channel after `seq`, oldest first; null if some of them were dropped.
   */
  after(name: string, seq: number): readonly Entry[] | null {
    const channel = this.#channels.get(name);
    if (channel === undefined) return [];
    if (channel.dropped > seq) return null;
    const { entries } = channel;
    // Readers are nearly always at the end: look from there.
    let from = entries.length;
    while (from > 0 && (entries[from - 1]?.seq ?? 0) > seq) from -= 1;
    return from === 0 ? entries : entries.slice(from);
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
    channel.dropped = entries[over - 1]?.seq ?? channel.dropped;
    channel.entries = entries.slice(over);
    channel.characters = characters;
  }
}
