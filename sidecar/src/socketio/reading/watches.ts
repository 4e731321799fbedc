import type { DeclaredAdapter } from '../../api/adapter-registry.ts';
import { quote } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { type Holder, isWatchKey, Watch, type WatchKey } from '../../delivery/listening/watch.ts';
import type { Delivery } from '../gateway.ts';
import type { HandlerRun, RunOwner } from '../handlers/handler-run.ts';

/** What one socket watches at most; each key counts once for each handler that watches it. */
export const MOST_WATCHED = 1_000;

/** What one handler watches. */
interface Held {
  keys: number;
  /** It watches nothing any more: its end is of no account. */
  forget(): void;
}

/** What one socket watches, with each of its adapters, and for which of its handlers. */
export class Watches {
  readonly #delivery: Pick<Delivery, 'watch' | 'unwatch'>;
  readonly #watches = new Map<DeclaredAdapter, Watch>();
  readonly #held = new Map<Holder, Held>();
  #count = 0;

  constructor(delivery: Pick<Delivery, 'watch' | 'unwatch'>) {
    this.#delivery = delivery;
  }

  /**
   * What is watched with this adapter, to listen to.
   * @throws SidecarError `watch_invalid`
   */
  of(declared: DeclaredAdapter): Watch {
    const known = this.#watches.get(declared);
    if (known !== undefined) return known;
    const { adapter, channel, mode } = declared;
    if (adapter.key === null) {
      throw new SidecarError(
        'watch_invalid',
        `${adapter.name} has no key to watch. Name the value that its messages are found by: static readonly key = 'record_id'.`,
      );
    }
    if (mode !== 'each') {
      throw new SidecarError(
        'watch_invalid',
        `${adapter.name} reads the queue '${channel}', of which nobody is sure to get a message. Watch a channel of mode 'each'.`,
      );
    }
    const watch = new Watch(channel, adapter.key);
    this.#watches.set(declared, watch);
    return watch;
  }

  /**
   * Watches keys on behalf of a handler, until it is aborted or fails for good.
   * @throws SidecarError `watch_invalid`, `watch_full`; none of the keys is watched then that was not before
   */
  add(declared: DeclaredAdapter, keys: readonly unknown[], { owner, signal }: HandlerRun): void {
    const watch = this.of(declared);
    const fresh = [...new Set(checkKeys(keys))].filter((key) => !watch.has(key, owner));
    if (this.#count + fresh.length > MOST_WATCHED) {
      throw new SidecarError(
        'watch_full',
        `This socket watches ${this.#count} keys, and ${fresh.length} more are more than ${MOST_WATCHED}. Unwatch those that the page does not show any more, or listen without a key.`,
      );
    }
    if (signal.reason !== null || fresh.length === 0) return;
    for (const key of fresh) {
      if (!watch.has(key)) this.#delivery.watch(watch, key);
      watch.add(key, owner);
    }
    this.#count += fresh.length;
    this.#hold(owner, fresh.length);
  }

  /** Watches keys no more, whichever handler of the socket wanted to. @throws SidecarError `watch_invalid` */
  delete(declared: DeclaredAdapter, keys: readonly unknown[]): void {
    this.#delete(this.of(declared), checkKeys(keys));
  }

  /** The socket is gone. */
  close(): void {
    for (const watch of this.#watches.values()) this.#delete(watch, [...watch.keys]);
  }

  #delete(watch: Watch, keys: readonly WatchKey[], holder?: Holder): void {
    for (const key of keys) {
      const wasWatched = watch.has(key);
      for (const one of watch.delete(key, holder)) this.#release(one);
      if (wasWatched && !watch.has(key)) this.#delivery.unwatch(watch, key);
    }
  }

  #hold(owner: RunOwner, keys: number): void {
    const known = this.#held.get(owner);
    if (known !== undefined) {
      known.keys += keys;
      return;
    }
    const held: Held = { keys, forget: () => undefined };
    this.#held.set(owner, held);
    held.forget = owner.watches(() => {
      for (const watch of this.#watches.values()) this.#delete(watch, [...watch.keys], owner);
    });
  }

  #release(holder: Holder): void {
    this.#count -= 1;
    const held = this.#held.get(holder);
    if (held === undefined) return;
    held.keys -= 1;
    if (held.keys > 0) return;
    this.#held.delete(holder);
    held.forget();
  }
}

function checkKeys(keys: readonly unknown[]): readonly WatchKey[] {
  return keys.map((key) => {
    if (isWatchKey(key)) return key;
    throw new SidecarError(
      'watch_invalid',
      `${quote(key)} cannot be watched. Give a number or a text, such as a record's id; several are arguments of their own.`,
    );
  });
}
