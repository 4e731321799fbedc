const texts = new WeakMap<object, string>();

/**
 * Remembers the JSON of an object that nobody changes any more, so that sending it to a thousand sockets encodes it once.
 * The object is frozen: a change would otherwise be lost without a word.
 */
export function keepText<T extends object>(value: T, text: string): T {
  texts.set(freeze(value), text);
  return value;
}

/** The same for an object that only its maker knows: it is not frozen. */
export function keepOwnText<T extends object>(value: T, text: string): T {
  texts.set(value, text);
  return value;
}

/** The JSON of an object of which it was kept. */
export function keptText(value: object): string | undefined {
  return texts.get(value);
}

/** With a list instead of recursion: PostgreSQL takes JSON that is nested deeper than the stack reaches. */
function freeze<T extends object>(value: T): T {
  const left: object[] = [value];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    for (const inner of Object.values(one)) if (typeof inner === 'object' && inner !== null) left.push(inner);
    Object.freeze(one);
  }
  return value;
}
