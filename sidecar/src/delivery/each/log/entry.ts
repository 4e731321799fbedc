import type { Arrival } from '../../arrival.ts';

/** One read of the database: what it brought became visible between two snapshots. */
export interface ReadMark {
  /** Counts the reads of one database; within a channel they follow one another. */
  readonly number: number;
  readonly before: string;
  readonly after: string;
}

/** A message with its place in what this sidecar has read. */
export interface Entry extends Arrival {
  /** Orders the messages of one database. Counted from 1 as they are read; replayed ones lie between two of those. */
  readonly seq: number;
  readonly read: ReadMark;
  /** True if that read brought none of its channel before it. Those behind it are ordered by transaction, then id. */
  readonly first: boolean;
}

/** The one that was read first, if there is one. */
export function older(one: Entry | undefined, other: Entry | undefined): Entry | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.seq < other.seq ? one : other;
}

/** Sorts them as they were read. */
export function bySeq(one: Entry, other: Entry): number {
  return one.seq - other.seq;
}
