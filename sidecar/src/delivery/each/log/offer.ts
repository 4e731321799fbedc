import type { Message } from '../../../api/message.ts';
import { allKeyValues, hasKeyValue } from '../../listening/key-value.ts';
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

type ByValue = ReadonlyMap<unknown, readonly Entry[]>;
const NO_ENTRIES: readonly Entry[] = [];
/** What was grouped of an offer, by the name of the value. */
const grouped = new WeakMap<Offer, Map<string, ByValue>>();

/**
 * The entries of an offer whose messages have that value. A thousand readers that each want another one share the work: if
 * each looked through all of a large offer, a sidecar that has fallen behind would fall behind further.
 */
export function entriesWith(offer: Offer, key: string, wanted: unknown): readonly Entry[] {
  const { entries } = offer;
  if (entries.length <= FEW) return entries.filter(({ message }) => hasKeyValue(message, key, wanted));
  const known = grouped.get(offer) ?? new Map<string, ByValue>();
  const groups = known.get(key) ?? group(entries, key);
  known.set(key, groups);
  grouped.set(offer, known);
  return groups.get(wanted) ?? NO_ENTRIES;
}

function group(entries: readonly Entry[], key: string): ByValue {
  const groups = new Map<unknown, Entry[]>();
  for (const entry of entries) {
    for (const value of allKeyValues([entry.message], key)) {
      const others = groups.get(value);
      if (others === undefined) groups.set(value, [entry]);
      else others.push(entry);
    }
  }
  return groups;
}

/** The entries of an offer that were chosen. */
export function pick({ entries, messages }: Offer, chosen: readonly Message[]): readonly Entry[] {
  // All of them, as without a `get` of its own: a thousand cursors then share one list.
  if (chosen.length === messages.length && messages.every((message, index) => message === chosen[index])) {
    return entries;
  }
  // Some of them in their order, as of most adapters: who takes the first of many looks at that one alone.
  const picked: Entry[] = [];
  let next = 0;
  for (const message of chosen) {
    const index = messages.indexOf(message, next);
    const entry = entries[index];
    if (entry === undefined) break;
    picked.push(entry);
    next = index + 1;
  }
  if (picked.length === chosen.length) return picked;
  const wanted = chosen.length > FEW ? new Set(chosen) : chosen;
  const isWanted = wanted instanceof Set ? wanted.has.bind(wanted) : wanted.includes.bind(wanted);
  return entries.filter(({ message }) => isWanted(message));
}
