import type { Arrival } from '../arrival.ts';

/** Orders the ids of messages. They are decimal numbers: of two, the longer is the larger. */
export function compareIds(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}

/** Does an id lie behind another? Null is the end of all. */
export function isAfter(id: string | null, other: string | null): boolean {
  if (other === null) return false;
  return id === null || compareIds(id, other) > 0;
}

/** Orders messages by their ids. */
export function byId(
  { message: one }: Pick<Arrival, 'message'>,
  { message: other }: Pick<Arrival, 'message'>,
): number {
  return compareIds(one.id, other.id);
}
