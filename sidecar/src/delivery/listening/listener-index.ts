import type { Message } from '../../api/message.ts';
import { FewSet } from '../../lib/few-set.ts';
import { allKeyValues, hasKeyValue } from './key-value.ts';
import { Watch } from './watch.ts';

/** What an index needs of a listener. */
export interface Keyed {
  /** The name of the value by which its messages are found; null if its adapter wants to see all of them. */
  readonly key: string | null;
  /** What that value has to be, or a `Watch` that takes several: `WatchIndex` finds those. */
  readonly wanted: unknown;
}

/**
 * The listeners of one channel. Those whose adapter names a key are found by its value: a message for one of ten thousand
 * costs the others nothing.
 */
export class ListenerIndex<Listener extends Keyed> {
  readonly #all = new Set<Listener>();
  readonly #unkeyed = new Set<Listener>();
  readonly #keyed = new Map<string, Map<unknown, FewSet<Listener>>>();

  get size(): number {
    return this.#all.size;
  }

  add(listener: Listener): void {
    this.#all.add(listener);
    if (listener.key === null) {
      this.#unkeyed.add(listener);
      return;
    }
    const values = getOrAdd(this.#keyed, listener.key, () => new Map<unknown, FewSet<Listener>>());
    getOrAdd(values, listener.wanted, () => new FewSet<Listener>()).add(listener);
  }

  delete(listener: Listener): void {
    this.#all.delete(listener);
    this.#unkeyed.delete(listener);
    if (listener.key === null) return;
    const values = this.#keyed.get(listener.key);
    const listeners = values?.get(listener.wanted);
    listeners?.delete(listener);
    if (listeners?.size === 0) values?.delete(listener.wanted);
  }

  /** All of them, who came first first. A copy: who is served listens again. */
  all(): Listener[] {
    return [...this.#all];
  }

  /** Those who may take one of these messages. A copy, too. */
  matching(messages: readonly Message[]): Listener[] {
    const found = [...this.#unkeyed];
    for (const [key, values] of this.#keyed) {
      for (const wanted of allKeyValues(messages, key)) values.get(wanted)?.addTo(found);
    }
    return found;
  }
}

/** May this listener take this message? */
export function isFor({ key, wanted }: Keyed, message: Message): boolean {
  if (wanted instanceof Watch) return wanted.takes(message);
  return key === null || hasKeyValue(message, key, wanted);
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
