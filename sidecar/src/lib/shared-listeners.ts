import type { EventEmitter } from 'node:events';

type Table = Record<string | symbol, unknown>;

/** What changes the listeners of an emitter. */
const CHANGES = [
  ...['on', 'addListener', 'prependListener', 'once', 'prependOnceListener'],
  ...['off', 'removeListener', 'removeAllListeners'],
];
/** How many tables are known for one kind of emitters. With more kinds of listeners some share none. */
const MOST = 4;

/** One kind of emitters, whose listeners may be shared. */
interface Kind {
  /** What those that share are made of: as before, but who changes its listeners gets a table of its own first. */
  readonly prototype: object;
  readonly tables: Table[];
}

const kinds = new WeakMap<object, Kind>();

/**
 * Has emitters with the very same listeners share the table of them, until one changes its own: with three events it takes
 * 300 to 900 bytes (Node 20), for each of thousands of connections.
 *
 * Node has no public way. It keeps them in `_events`, since its first versions and still in 26, and looks there at each
 * `emit`; `shared-listeners.test.ts` fails if they are elsewhere.
 */
export function shareListeners(emitter: EventEmitter): void {
  const table = tableOf(emitter);
  const base: unknown = Object.getPrototypeOf(emitter);
  if (table === null || typeof base !== 'object' || base === null || isSharing(emitter)) return;
  const kind = kinds.get(base) ?? { prototype: sharing(base), tables: [] };
  kinds.set(base, kind);
  const shared = kind.tables.find((known) => isSame(known, table)) ?? table;
  // One that is called once is of its emitter alone.
  if (shared === table && !isSharable(table)) return;
  keep(kind.tables, shared);
  Reflect.set(emitter, '_events', shared);
  Object.setPrototypeOf(emitter, kind.prototype);
}

/**
 * What was asked for last is kept longest: a listener of one emitter alone must not put away what thousands share. With a table, the
 * emitters stay to which its listeners are bound: no more of a kind than tables.
 */
function keep(tables: Table[], table: Table): void {
  if (tables.at(-1) === table) return;
  const index = tables.indexOf(table);
  if (index >= 0) tables.splice(index, 1);
  tables.push(table);
  if (tables.length > MOST) tables.shift();
}

const SHARES = Symbol('shares its listeners');

function isSharing(emitter: object): boolean {
  return SHARES in emitter;
}

function sharing(base: object): object {
  const prototype: object = Object.create(base, { [SHARES]: { value: base } });
  for (const name of CHANGES) {
    Object.defineProperty(prototype, name, {
      value: function change(this: EventEmitter, ...args: unknown[]): unknown {
        unshare(this, base);
        return Reflect.apply(Reflect.get(this, name), this, args);
      },
    });
  }
  return prototype;
}

/**
 * From now on it has a table of its own, as if nothing had been. Node itself makes it: from version 24 on, lists of listeners carry a mark
 * without which one that is taken off while they are called has the next one passed over.
 */
function unshare(emitter: EventEmitter, base: object): void {
  const entries = entriesOf(tableOf(emitter) ?? {});
  Object.setPrototypeOf(emitter, base);
  Reflect.set(emitter, '_events', Object.create(null));
  Reflect.set(emitter, '_eventsCount', 0);
  for (const [event, listeners] of entries) {
    for (const listener of Array.isArray(listeners) ? listeners : [listeners]) emitter.on(event, listener);
  }
}

function tableOf(emitter: EventEmitter): Table | null {
  const table: unknown = Reflect.get(emitter, '_events');
  return isTable(table) ? table : null;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null;
}

function entriesOf(table: Table): (readonly [string | symbol, unknown])[] {
  return Reflect.ownKeys(table).map((event) => [event, table[event]]);
}

function isSharable(table: Table): boolean {
  return entriesOf(table).every(([, listeners]) =>
    (Array.isArray(listeners) ? listeners : [listeners]).every(
      (listener) => typeof listener === 'function' && !('listener' in listener),
    ),
  );
}

function isSame(one: Table, other: Table): boolean {
  const events = Reflect.ownKeys(one);
  if (events.length !== Reflect.ownKeys(other).length) return false;
  return events.every((event) => {
    const [some, others] = [one[event], other[event]];
    if (!Array.isArray(some) || !Array.isArray(others)) return some === others;
    return some.length === others.length && some.every((listener, index) => listener === others[index]);
  });
}
