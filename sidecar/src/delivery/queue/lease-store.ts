import type { Arrival } from '../arrival.ts';

/** A part of what waits in a channel. */
export interface WaitingPage {
  readonly arrivals: readonly Arrival[];
  /** The id after which the next part begins; null if this is the last. */
  readonly next: string | null;
}

/** What a queue needs of the database: a message belongs to the sidecar whose lease its row carries. */
export interface LeaseStore {
  /** False while this sidecar has not been heard of for so long that others may take what it holds. */
  readonly fresh: boolean;
  /** Takes messages that nobody has. @returns the ids of those that are ours now */
  claim(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Deletes messages that are ours. Tried until it is known. @returns the ids of those that were */
  acknowledge(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Gives messages back to the queue, or makes dead letters of them after too many failures. Tried until it is done. */
  requeue(ids: readonly string[], failed: boolean): Promise<void>;
  /** A page of the messages of a channel that nobody has, oldest first; shorter than `limit` if they are large. */
  waiting(channel: string, afterId: string, limit: number): Promise<WaitingPage>;
  /** Those of the messages that nobody has. */
  stillWaiting(ids: readonly string[]): Promise<ReadonlySet<string>>;
}
