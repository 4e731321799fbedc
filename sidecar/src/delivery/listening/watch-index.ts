import type { Message } from '../../api/message.ts';
import { FewSet } from '../../lib/few-set.ts';
import { allKeyValues } from './key-value.ts';
import { isWatchKey, type Watch, type WatchKey } from './watch.ts';

type Values = Map<WatchKey, FewSet<Watch>>;

/**
 * Finds those who listen to what they watch by the value that a message has: it costs nothing to those who watch others,
 * and who listens again after each message pays nothing for the thousand keys that it watches.
 */
export class WatchIndex<Listener> {
  /** By channel, and the name of the value. */
  readonly #channels = new Map<string, Map<string, Values>>();
  readonly #waiting = new Map<Watch, Set<Listener>>();

  /** From now on the watch has this key. */
  add(watch: Watch, key: WatchKey): void {
    const names = this.#channels.get(watch.channel) ?? new Map<string, Values>();
    this.#channels.set(watch.channel, names);
    const values = names.get(watch.key) ?? new Map<WatchKey, FewSet<Watch>>();
    names.set(watch.key, values);
    const watches = values.get(key) ?? new FewSet<Watch>();
    values.set(key, watches);
    watches.add(watch);
  }

  delete(watch: Watch, key: WatchKey): void {
    const names = this.#channels.get(watch.channel);
    const values = names?.get(watch.key);
    const watches = values?.get(key);
    watches?.delete(watch);
    if (watches?.size === 0) values?.delete(key);
    if (values?.size === 0) names?.delete(watch.key);
    if (names?.size === 0) this.#channels.delete(watch.channel);
  }

  wait(watch: Watch, listener: Listener): void {
    const waiting = this.#waiting.get(watch);
    if (waiting === undefined) this.#waiting.set(watch, new Set([listener]));
    else waiting.add(listener);
  }

  leave(watch: Watch, listener: Listener): void {
    const waiting = this.#waiting.get(watch);
    waiting?.delete(listener);
    if (waiting?.size === 0) this.#waiting.delete(watch);
  }

  /** Those who wait for one of these messages, each once. A copy: who is served listens again. */
  matching(channel: string, messages: readonly Message[]): Listener[] {
    const names = this.#channels.get(channel);
    if (names === undefined) return [];
    const found = new Set<Listener>();
    for (const [name, values] of names) {
      for (const value of allKeyValues(messages, name)) {
        if (!isWatchKey(value)) continue;
        for (const watch of values.get(value) ?? []) {
          for (const listener of this.#waiting.get(watch) ?? []) found.add(listener);
        }
      }
    }
    return [...found];
  }
}
