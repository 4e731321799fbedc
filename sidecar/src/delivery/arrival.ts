import type { Message } from '../api/message.ts';
import type { CommitTime } from './commit-time.ts';

/** A message as it was read: with its transaction, and its length in characters. */
export interface Arrival {
  readonly message: Message;
  readonly txid: string;
  readonly size: number;
  /** In a queue: true if an attempt to deliver it has failed. */
  readonly failed?: boolean;
  /** In a queue: true if it is leased to a sidecar, or a dead letter: nobody may claim it. */
  readonly taken?: boolean;
  /** Of what was read as it came. */
  readonly committed?: CommitTime | undefined;
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
   * In the first part of a flood, of all channels: those of which the rest is read, each alone. Of others it is not
   * read at all.
   */
  readonly heard: readonly string[];
}
