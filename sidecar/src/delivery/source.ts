import type { Arrival, Part } from './arrival.ts';
import type { ChannelInterval } from './interval.ts';

/** What a source tells while it reads. Nothing here may throw. */
export interface SourceEvents {
  /**
   * It begins at that snapshot: what the snapshot sees will not be read.
   * @param isOther true if snapshots of before mean nothing any more: pages have to load their data again
   */
  begin(snapshot: string, isOther: boolean): void;
  /** Called after each read, also if it brought nothing. @param arrivals by transaction, then id */
  read(part: Part, arrivals: readonly Arrival[]): void;
  /** The channels that somebody may listen to: in a flood, others are not read on. */
  heard(): readonly string[];
}

/** What there was in an interval; or why that cannot be given: some of it was deleted, or it is too much. */
export type Stretch = { readonly arrivals: readonly Arrival[] } | { readonly gap: 'retention' | 'overflow' };

/**
 * Where messages come from, such as the table of one database.
 *
 * How far it has been read is a snapshot, in the form of `Snapshot`: `xmin:xmax:xip,…`. A source whose messages have
 * numbers in the order in which they become visible says `n:n:` where `n` is the next number, and has the number as the
 * `txid` of a message.
 */
export interface MessageSource {
  /** Within it, snapshots mean something; empty until the source was reached. No two sources have the same. */
  readonly epoch: string;
  /** Does it bring the messages of this channel? */
  brings(channel: string): boolean;
  /** Starts to read, and goes on until `stop`. */
  start(): void;
  /** Ends all that is under way. May be called twice, and before `start`. */
  stop(): Promise<void>;
  /** Resolves when everything of that channel that is there now has been read. */
  readNow(channel: string): Promise<void>;
  /**
   * Reads again, by transaction, then id. Waits while the source cannot be reached; rejects if it cannot be asked.
   * @param most more messages are too much
   */
  between(interval: ChannelInterval, most: number): Promise<Stretch>;
}
