import { Snapshot } from '../../delivery/each/log/snapshot.ts';
import { type ChannelInterval, type Place, START } from '../../delivery/interval.ts';
import type { MessageRow } from './message-row.ts';

/**
 * One interval that holds all of these, which are of one channel; null if there is none. After a restart thousands of pages
 * come back, each with a position of its own: one by one, they were thousands of queries.
 */
export function unite(intervals: readonly ChannelInterval[]): ChannelInterval | null {
  const [first] = intervals;
  const starts = intervals.map(({ since }) => Snapshot.parse(since));
  const ends = intervals.map(({ upto }) => Snapshot.parse(upto));
  let [since = null] = starts;
  let [upto = null] = ends;
  for (const start of starts) since = since === null || start === null ? null : earlier(since, start);
  for (const end of ends) upto = upto === null || end === null ? null : later(upto, end);
  if (first === undefined || since === null || upto === null) return null;
  return { channel: first.channel, since: since.text, upto: upto.text, after: START };
}

/**
 * The interval that all of these hold, which are of one channel; null if none is known. What is too much or too old in it
 * is so in each of them.
 */
export function intersect(intervals: readonly ChannelInterval[]): ChannelInterval | null {
  const [first] = intervals;
  let since = first === undefined ? null : Snapshot.parse(first.since);
  let upto = first === undefined ? null : Snapshot.parse(first.upto);
  for (const interval of intervals) {
    const [start, end] = [Snapshot.parse(interval.since), Snapshot.parse(interval.upto)];
    // Who begins within a read has a part of it only.
    if (interval.after !== START || since === null || upto === null || start === null || end === null)
      return null;
    since = later(since, start);
    upto = later(upto, end) === null ? null : end.includes(upto) ? upto : end;
  }
  if (first === undefined || since === null || upto?.includes(since) !== true) return null;
  return { channel: first.channel, since: since.text, upto: upto.text, after: START };
}

/** Sorts intervals by where they begin, the oldest first. */
export function compareAge(one: ChannelInterval, other: ChannelInterval): number {
  const [its, others] = [Snapshot.parse(one.since), Snapshot.parse(other.since)];
  return Number((its?.xmax ?? 0n) - (others?.xmax ?? 0n));
}

/** The rows of an interval, of those of another one that holds it. */
export function rowsWithin(
  rows: readonly MessageRow[],
  { since, upto, after }: ChannelInterval,
): MessageRow[] {
  const [start, end] = [Snapshot.parse(since), Snapshot.parse(upto)];
  return rows.filter((row) => {
    const txid = BigInt(row.txid);
    return start?.sees(txid) === false && end?.sees(txid) === true && isBehind(row, after);
  });
}

/** A snapshot that sees nothing that one of the two does not see. */
function earlier(one: Snapshot, other: Snapshot): Snapshot | null {
  if (other.includes(one)) return one;
  if (one.includes(other)) return other;
  const { xmin } = one.xmin < other.xmin ? one : other;
  return Snapshot.parse(`${xmin}:${xmin}:`);
}

/** The later of two snapshots, if one of them is. */
function later(one: Snapshot, other: Snapshot): Snapshot | null {
  if (one.includes(other)) return one;
  return other.includes(one) ? other : null;
}

function isBehind({ txid, id }: Place, after: Place): boolean {
  const [one, other] = [BigInt(txid), BigInt(after.txid)];
  return one > other || (one === other && BigInt(id) > BigInt(after.id));
}
