import type { Message } from '../../api/message.ts';
import { FewSet } from '../../lib/few-set.ts';
import { keyValuesOf } from './key-value.ts';

/** A value of an adapter's key that a page can watch. */
export type WatchKey = string | number;

/** Why a key is watched: while one of them is left, it is. */
export type Holder = object;

/**
 * The values of an adapter's key of which one page wants the messages: what it stands for as an argument of `listen`
 * changes while somebody listens.
 */
export class Watch {
  readonly channel: string;
  /** The name of the value, `to_id`. */
  readonly key: string;
  /** A page with a list watches a key for each of its records, and each has one holder nearly always. */
  readonly #holders = new Map<WatchKey, FewSet<Holder>>();

  constructor(channel: string, key: string) {
    this.channel = channel;
    this.key = key;
  }

  get keys(): Iterable<WatchKey> {
    return this.#holders.keys();
  }

  /** Is this message of what is watched? */
  takes(message: Message): boolean {
    return keyValuesOf(message, this.key).some((value) => isWatchKey(value) && this.#holders.has(value));
  }

  has(key: WatchKey, holder?: Holder): boolean {
    const holders = this.#holders.get(key);
    return holder === undefined ? holders !== undefined : holders?.has(holder) === true;
  }

  add(key: WatchKey, holder: Holder): void {
    const holders = this.#holders.get(key) ?? new FewSet<Holder>();
    this.#holders.set(key, holders);
    holders.add(holder);
  }

  /** @param holder all of them, if it is not given @returns those that there were */
  delete(key: WatchKey, holder?: Holder): readonly Holder[] {
    const holders = this.#holders.get(key);
    if (holders === undefined) return [];
    const found = holder === undefined ? [...holders] : holders.has(holder) ? [holder] : [];
    for (const one of found) holders.delete(one);
    if (holders.size === 0) this.#holders.delete(key);
    return found;
  }

  /** By it the page's position has a name, which must not change with what is watched. */
  toJSON(): object {
    return { $watched: true };
  }
}

export function isWatchKey(value: unknown): value is WatchKey {
  return typeof value === 'string' || typeof value === 'number';
}
