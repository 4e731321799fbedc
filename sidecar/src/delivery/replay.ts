import type { Arrival, Entry, ReadMark, Standing } from './message-log.ts';
import type { Position } from './position.ts';

/** What a page missed in one channel. */
export interface Replay {
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** Confirmed by the page already, and not seen by its snapshot. */
  readonly ids: readonly string[];
  readonly read: ReadMark;
}

/** Why a replay cannot be proved whole: the page has to load its data again. */
export type Gap = 'epoch' | 'position' | 'retention' | 'overflow';

/** What a page missed, with the place from which live messages follow; or why that cannot be known. */
export type ReplayResult = { readonly replay: Replay; readonly head: number } | { readonly gap: Gap };

/**
 * Gives missed messages a place in the log: behind everything read so far, before what is read next.
 *
 * @param standing of their channel: they are what its snapshot sees and the position's does not
 */
export function placeReplay(
  { number, head, snapshot }: Standing,
  position: Position,
  missed: readonly Arrival[],
): Replay {
  const read = { number, before: position.snapshot, after: snapshot };
  const known = new Set(position.ids);
  const left = missed.filter(({ message }) => !known.has(message.id));
  // Between head - 1 and head, so that what the live log brings next is younger.
  const entries = left.map((arrival, index) => ({
    ...arrival,
    read,
    seq: head - 1 + (index + 1) / (left.length + 1),
  }));
  return { entries, ids: position.ids, read };
}
