import type { Arrival } from '../arrival.ts';
import type { Entry, ReadMark } from './log/entry.ts';
import type { Standing } from './log/message-log.ts';
import type { Position } from './position.ts';
import { isDoneIn } from './progress.ts';

/** Done already, with the place that it has among what was missed. */
export interface Done {
  readonly id: string;
  readonly seq: number;
}

/** What a page missed in one channel. */
export interface Replay {
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** Acknowledged by the page already, and not seen by its snapshot. */
  readonly acknowledged: readonly Done[];
  /** How often some of them have failed, by id. */
  readonly failed: ReadonlyMap<string, number>;
  readonly read: ReadMark;
}

/** Why a replay cannot be proved whole: the page has to load its data again. */
export type Gap = 'epoch' | 'position' | 'retention' | 'overflow';

/** What a page missed, with the place from which live messages follow; or why that cannot be known. */
export type ReplayResult = { readonly replay: Replay; readonly head: number } | { readonly gap: Gap };

/** A message that was missed, with the read that brought it, or would have. */
export interface Missed extends Arrival {
  readonly read: Pick<ReadMark, 'before' | 'after'>;
}

/**
 * Gives missed messages a place in the log: behind everything read so far, before what is read next.
 *
 * @param standing of their channel: they are what its snapshot sees and the position's does not
 * @param missed in the order of their reads; within a read by transaction, then id
 */
export function placeReplay(
  { number, head, snapshot }: Standing,
  position: Position,
  missed: readonly Missed[],
): Replay {
  const known = new Set(position.ids);
  const isDone = isDoneIn(position);
  const entries: Entry[] = [];
  const acknowledged: Done[] = [];
  let read: ReadMark = { number, before: '', after: '' };
  for (const [index, arrival] of missed.entries()) {
    const { before, after } = arrival.read;
    const isOther = read.before !== before || read.after !== after;
    if (isOther) read = { number, before, after };
    // Of the read that was under way something is done already.
    const first = isOther && (position.done === undefined || before !== position.snapshot);
    // Between head - 1 and head, so that what the live log brings next is younger.
    const seq = head - 1 + (index + 1) / (missed.length + 1);
    if (known.delete(arrival.message.id)) acknowledged.push({ id: arrival.message.id, seq });
    // That it comes late is no matter of how quick this sidecar is.
    else if (!isDone(arrival)) entries.push({ ...arrival, committed: undefined, read, seq, first });
  }
  // Of those that are not here nobody knows the place: they are behind everything.
  for (const id of known) acknowledged.push({ id, seq: head });
  const failed = new Map(Object.entries(position.failed ?? {}));
  return {
    entries,
    acknowledged: acknowledged,
    failed,
    read: { number, before: position.snapshot, after: snapshot },
  };
}
