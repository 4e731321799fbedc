import { AsyncLocalStorage } from 'node:async_hooks';
import type { AdapterClass } from '../api/adapter.ts';
import type { Run } from '../api/host.ts';
import type { Batch, Cursor } from '../delivery/cursor.ts';

interface Holding {
  readonly cursor: Cursor;
  readonly batch: Batch;
}

/** What happened to messages that failed too often: they are passed over. */
export type PassedOver = (adapter: AdapterClass, count: number) => void;

const current = new AsyncLocalStorage<HandlerRun>();

/**
 * One run of a handler. What it takes from a channel is its own until it is confirmed or put back: by `validate` or
 * `secureEmit`, by the run's next `listen` with that adapter, or by its end.
 */
export class HandlerRun implements Run {
  readonly label: string;
  readonly addon: string;
  /** What had been read when the run began: a first `listen` starts there. */
  readonly startSeq: number;
  readonly #abort = new AbortController();
  readonly #holdings = new Map<AdapterClass, Holding>();
  readonly #passedOver: PassedOver;
  done: Promise<void> = Promise.resolve();

  constructor(label: string, addon: string, startSeq: number, passedOver: PassedOver) {
    this.label = label;
    this.addon = addon;
    this.startSeq = startSeq;
    this.#passedOver = passedOver;
  }

  /** The run in which this code is called, however many promises lie between. */
  static current(): HandlerRun | undefined {
    return current.getStore();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  abort(): void {
    this.#abort.abort();
  }

  /** Runs the handler. What is not validated at its end counts as confirmed if it returned, as put back if it threw. */
  async execute<T>(handler: () => T): Promise<Awaited<T>> {
    let valid = false;
    try {
      const result = await current.run(this, async () => await handler());
      valid = !this.signal.aborted;
      return result;
    } finally {
      for (const adapter of [...this.#holdings.keys()]) this.validate(adapter, valid);
    }
  }

  /** Keeps a batch until it is validated; the one before it counts as confirmed. */
  hold(cursor: Cursor, batch: Batch): void {
    this.validate(cursor.adapter, true);
    this.#holdings.set(cursor.adapter, { cursor, batch });
  }

  validate(adapter: AdapterClass, valid: boolean): void {
    const holding = this.#holdings.get(adapter);
    if (holding === undefined) return;
    this.#holdings.delete(adapter);
    if (valid) {
      holding.cursor.confirm(holding.batch);
      return;
    }
    const passed = holding.cursor.putBack(holding.batch);
    if (passed.length > 0) this.#passedOver(adapter, passed.length);
  }
}
