/**
 * Where an object has its JSON. In a `WeakMap` of the ten thousand messages that a channel keeps, it cost the garbage
 * collector twice the longest pause, and a quarter more time in all (micro-benchmark, 2026-11-29): it looks at the whole
 * table each time.
 */
const TEXT = Symbol('JSON');

interface Kept {
  readonly [TEXT]?: string;
}

/**
 * Remembers the JSON of an object that nobody changes any more, so that sending it to a thousand sockets encodes it once.
 * The object is frozen: a change would otherwise be lost without a word.
 */
export function keepText<T extends object>(value: T, text: string): T {
  // No one sees it: it is not enumerable, so no copy of the object has it.
  Object.defineProperty(value, TEXT, { value: text });
  return freeze(value);
}

/**
 * An argument that is made for one event, and known by its JSON alone. An object of its own and an entry above, for each
 * of thousands of sockets, are more for the garbage collector than all that is sent.
 */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** What stands between its braces, if it is an object: to be put into another one. */
  get members(): string {
    return this.text.slice(1, -1);
  }

  /** Beside what has to be looked at closely, such as a file, it is encoded as anything else. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** The same of an object, of which nothing has to be cut off: that would copy its text for each of thousands of sockets. */
export class JsonObject extends JsonText {
  readonly #members: string;

  /** @param members what stands between its braces */
  constructor(members: string) {
    super(`{${members}}`);
    this.#members = members;
  }

  override get members(): string {
    return this.#members;
  }
}

/** What came as JSON and goes on as JSON, encoded once: it has nothing that had to be looked at closely. */
export function toJsonText(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? new JsonText(JSON.stringify(value)) : value;
}

/** The JSON of an object of which it was kept. */
export function keptText(value: object): string | undefined {
  if (value instanceof JsonText) return value.text;
  const kept: Kept = value;
  // Its own, not that of an object it was made from.
  return Object.hasOwn(value, TEXT) ? kept[TEXT] : undefined;
}

/** JSON of an event's name or argument; undefined if it has to be looked at closely. */
export function argumentText(value: unknown): string | undefined {
  return knownText(value) ?? listText(value, knownText);
}

function knownText(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null) return keptText(value);
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain || value === null ? JSON.stringify(value) : undefined;
}

/** JSON of a list; undefined if it is none, or an item of it has no text. */
export function listText(value: unknown, encode: (item: unknown) => string | undefined): string | undefined {
  if (!Array.isArray(value)) return undefined;
  let text = '';
  for (const item of value) {
    const encoded = encode(item);
    if (encoded === undefined) return undefined;
    text += text === '' ? encoded : `,${encoded}`;
  }
  return `[${text}]`;
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
