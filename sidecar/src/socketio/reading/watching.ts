import type { AdapterClass } from '../../api/adapter.ts';
import type { AdapterRegistry, DeclaredAdapter } from '../../api/adapter-registry.ts';
import type { Watch } from '../../delivery/listening/watch.ts';
import type { Gateway } from '../gateway.ts';
import { HandlerRun } from '../handlers/handler-run.ts';
import type { Resumption } from './resumption.ts';
import type { SocketCursors } from './socket-cursors.ts';
import { Watches } from './watches.ts';

/** What watching needs of its socket. */
export interface WatchingOptions {
  readonly gateway: Gateway;
  readonly adapters: AdapterRegistry;
  readonly resumption: Resumption;
  readonly cursors: Pick<SocketCursors, 'moved'>;
}

/** How the handlers of one socket say what it watches, and wait until all of that has been said. */
export class Watching {
  readonly #options: WatchingOptions;
  #watches: Watches | null = null;

  constructor(options: WatchingOptions) {
    this.#options = options;
  }

  /** @throws SocketIOError `watch_invalid`, `watch_full`, `run_missing` */
  watch(adapter: AdapterClass, keys: readonly unknown[]): void {
    const run = HandlerRun.require('watch');
    this.#require().add(this.#declare(adapter, run), keys, run);
    // If its link is cut it goes on from here, instead of from where it last heard of its place: that was before it watched.
    if (this.#options.resumption.over) this.#options.cursors.moved();
  }

  /** @throws SocketIOError `watch_invalid`, `run_missing` */
  unwatch(adapter: AdapterClass, keys: readonly unknown[]): void {
    this.#require().delete(this.#declare(adapter, HandlerRun.require('unwatch')), keys);
  }

  /**
   * What is watched with that adapter, to listen to, as soon as the page has subscribed anew.
   * @throws SocketIOError `watch_invalid`, `run_missing`; an `AbortError` if the run has to end before
   */
  async open(adapter: AdapterClass): Promise<Watch> {
    const run = HandlerRun.require('watched');
    const watch = this.#require().of(this.#declare(adapter, run));
    await this.#resumed(run);
    return watch;
  }

  /** The socket is gone. */
  close(): void {
    this.#watches?.close();
  }

  #require(): Watches {
    this.#watches ??= new Watches(this.#options.gateway.delivery);
    return this.#watches;
  }

  #declare(adapter: AdapterClass, { addon }: HandlerRun): DeclaredAdapter {
    return this.#options.adapters.declare(adapter, addon);
  }

  #resumed(run: HandlerRun): Promise<void> | null {
    const { signal } = run;
    const { resumption } = this.#options;
    resumption.listens(run);
    if (resumption.over) return null;
    return new Promise((resolve, reject) => {
      if (signal.reason !== null) return reject(signal.reason);
      const stop = (reason: Error) => {
        callOff();
        reject(reason);
      };
      signal.add(stop);
      const callOff = resumption.wait(() => {
        signal.delete(stop);
        resolve();
      });
    });
  }
}
