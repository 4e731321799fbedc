import type { Message } from '../api/message.ts';
import type { Entry } from './message-log.ts';

/**
 * Of more characters only the first are offered at a time: they become one packet, which lies in memory for each page. In
 * a flood of messages of 500 bytes packets were 5 MB, which is more than may wait for a page.
 */
const OFFER_CHARACTERS = 1_000_000;

/** Entries with their messages, to be offered to an adapter. */
export interface Offer {
  readonly entries: readonly Entry[];
  readonly messages: readonly Message[];
}

export const NOTHING: Offer = { entries: [], messages: [] };

/** As many entries as are offered at a time, from that index on: one at least. */
export function cut(entries: readonly Entry[], from = 0): readonly Entry[] {
  let characters = 0;
  let end = from;
  for (; end < entries.length; end += 1) {
    characters += entries[end]?.size ?? 0;
    if (characters > OFFER_CHARACTERS && end > from) break;
  }
  return entries.slice(from, end);
}

/** Entries with their messages. */
export function toOffer(entries: readonly Entry[]): Offer {
  return { entries, messages: entries.map(({ message }) => message) };
}
