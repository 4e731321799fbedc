import type { Arrival } from '../arrival.ts';
import { byId } from './message-id.ts';

/** How much of a queue is held in memory. */
export interface WindowLimits {
  readonly messages: number;
  /** Of their values' JSON. */
  readonly characters: number;
}

/** A tenth more is left out than needed: what has been left out has to be sorted. */
const KEPT = 0.9;

/** The id of the last of these messages that may stay, when there are too many; the first one always may. */
export function lastThatFits(
  all: Iterable<Pick<Arrival, 'message' | 'size'>>,
  { messages, characters }: WindowLimits,
): string {
  const sorted = [...all].sort(byId);
  let count = 0;
  let size = 0;
  for (const arrival of sorted) {
    size += arrival.size;
    if (count > 0 && (count >= messages * KEPT || size > characters * KEPT)) break;
    count += 1;
  }
  return sorted[count - 1]?.message.id ?? '0';
}
