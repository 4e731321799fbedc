import type { Message } from '../../api/message.ts';

/** The values by which a message is found: that of the key, or each of a list. A message about many records is one row. */
export function keyValuesOf(message: Message, key: string): readonly unknown[] {
  const value = message.values[key];
  return Array.isArray(value) ? value : [value];
}

/** Is the message found by that value? */
export function hasKeyValue(message: Message, key: string, wanted: unknown): boolean {
  const value = message.values[key];
  // Nearly all messages have one: no list is made to look at it.
  return value === wanted || (Array.isArray(value) && value.includes(wanted));
}

/** By which of them some of these messages are found, each once. */
export function allKeyValues(messages: readonly Message[], key: string): Iterable<unknown> {
  const [first] = messages;
  if (first !== undefined && messages.length === 1) {
    const values = keyValuesOf(first, key);
    return values.length === 1 ? values : new Set(values);
  }
  const all = new Set<unknown>();
  for (const message of messages) for (const value of keyValuesOf(message, key)) all.add(value);
  return all;
}
