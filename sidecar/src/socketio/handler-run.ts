import { AsyncLocalStorage } from 'node:async_hooks';
import type { AdapterClass } from '../api/adapter.ts';
import type { Run } from '../api/host.ts';
import type { Holding } from '../delivery/holding.ts';

const current = new AsyncLocalStorage<HandlerRun>();

/** What a run is made with; see the fields of {@link HandlerRun}. */
export interface HandlerRunOptions {
  readonly label: string;
  readonly addon: string;
  readonly startSeq: number;
  readonly fromBase: boolean;
  /** Told of messages of a queue that the handler neither confirmed nor put back. */
  forgotten(adapter: AdapterClass): void;
}

/**
 * One run of a handler. What it takes from a channel is its own until it is confirmed or put back: by `validate` or
 * `secureEmit`, in mode `each` also by the run's next `listen` with that adapter, or by its end.
 */
export class HandlerRun implements Run {
  readonly label: string;
  readonly addon: string;
  /** What had been read when the run began: a first `listen` starts there. */
  readonly startSeq: number;
  /** True if it runs because the page connected: it goes on where the page was, even with an adapter it never used. */
  readonly fromBase: boolean;
  readonly #abort = new AbortController();
  readonly #holdings = new Map<AdapterClass, Holding[]>();
  readonly #forgotten: HandlerRunOptions['forgotten'];
  done: Promise<void> = Promise.resolve();

  constructor(options: HandlerRunOptions) {
    this.label = options.label;
    this.addon = options.addon;
    this.startSeq = options.startSeq;
    this.fromBase = options.fromBase;
    this.#forgotten = options.forgotten;
  }

  /** The run in which this code is called, however many promises lie between. */
  static current(): HandlerRun | undefined {
    return current.getStore();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Ends the run. What it holds goes back at once: the handler may take its time to end. */
  abort(): void {
    this.#abort.abort();
    for (const adapter of [...this.#holdings.keys()]) this.putBack(adapter, true);
  }

  /**
   * Runs the handler. What is not validated at its end is put back if it threw; if it returned, it counts as confirmed in
   * mode `each`, and is put back in a queue.
   */
  async execute<T>(handler: () => T): Promise<Awaited<T>> {
    let returned = false;
    try {
      const result = await current.run(this, async () => await handler());
      returned = !this.signal.aborted;
      return result;
    } finally {
      for (const [adapter, holdings] of [...this.#holdings]) {
        const isQueue = holdings.some(({ mode }) => mode === 'queue');
        if (returned && isQueue) this.#forgotten(adapter);
        if (returned && !isQueue) void this.confirm(adapter);
        else this.putBack(adapter, true);
      }
    }
  }

  /** What was taken with that adapter and is not validated yet. */
  held(adapter: AdapterClass): readonly Holding[] {
    return this.#holdings.get(adapter) ?? [];
  }

  /** Keeps what was taken until it is validated. */
  hold(adapter: AdapterClass, holding: Holding): void {
    if (this.signal.aborted) holding.putBack(false);
    else this.#holdings.set(adapter, [...this.held(adapter), holding]);
  }

  /** Confirms what is held. @returns false if some of it was somebody else's already */
  async confirm(adapter: AdapterClass): Promise<boolean> {
    let all = true;
    // One by one only where it has to be waited for: in mode "each" it never has.
    for (const confirmed of this.#takeAll(adapter).map((holding) => holding.confirm())) {
      if (!(await confirmed)) all = false;
    }
    return all;
  }

  /** Gives back what is held. @param failed whether this counts as a failed attempt */
  putBack(adapter: AdapterClass, failed: boolean): void {
    for (const holding of this.#takeAll(adapter)) holding.putBack(failed);
  }

  #takeAll(adapter: AdapterClass): readonly Holding[] {
    const held = this.held(adapter);
    this.#holdings.delete(adapter);
    return held;
  }
}
