import type { Message } from '../../../api/message.ts';
import type { Entry } from './entry.ts';

/** More messages are not offered at a time, however small they are: somebody goes through them in one go. */
const MOST_ENTRIES = 2_000;
/** What is kept of a message, and sent with it, besides its values. */
const ENTRY_CHARACTERS = 100;

/** Up to so many, looking through a list is quicker than making a set of it. */
const FEW = 8;

/** Entries with their messages, to be offered to an adapter. */
export interface Offer {
  readonly entries: readonly Entry[];
  readonly messages: readonly Message[];
  /** True if there is more, which is offered when that is done. */
  readonly cut: boolean;
}

export const NOTHING: Offer = { entries: [], messages: [], cut: false };

/**
 * The end of what is offered at a time, from that index on: one entry at least.
 * @param most the characters of their values, more or less
 */
export function endOf(entries: readonly Entry[], from: number, most: number): number {
  let characters = 0;
  let end = from;
  const last = Math.min(entries.length, from + MOST_ENTRIES);
  for (; end < last; end += 1) {
    characters += ENTRY_CHARACTERS + (entries[end]?.size ?? 0);
    if (characters > most && end > from) break;
  }
  return end;
}

/** Entries with their messages. @param cut whether there are more */
export function toOffer(entries: readonly Entry[], cut = false): Offer {
  return { entries, messages: entries.map(({ message }) => message), cut };
}

/** The entries of an offer that were chosen. */
export function pick({ entries, messages }: Offer, chosen: readonly Message[]): readonly Entry[] {
  // All of them, as without a `get` of its own: a thousand cursors then share one list.
  if (chosen.length === messages.length && messages.every((message, index) => message === chosen[index])) {
    return entries;
  }
  const wanted = chosen.length > FEW ? new Set(chosen) : chosen;
  const isWanted = wanted instanceof Set ? wanted.has.bind(wanted) : wanted.includes.bind(wanted);
  return entries.filter(({ message }) => isWanted(message));
}
