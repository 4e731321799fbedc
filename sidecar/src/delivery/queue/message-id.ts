/** Orders the ids of messages. They are decimal numbers: of two, the longer is the larger. */
export function compareIds(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}
