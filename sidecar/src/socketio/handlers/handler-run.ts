import { AsyncLocalStorage } from 'node:async_hooks';
import type { AdapterClass } from '../../api/adapter.ts';
import type { Run } from '../../api/host.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { Cursor } from '../../delivery/each/cursor.ts';
import { Portion } from '../../delivery/listening/portion.ts';
import type { UnacknowledgedBatch } from '../../delivery/listening/unacknowledged-batch.ts';
import { type Deferred, defer } from '../../lib/deferred.ts';
import { FewMap } from '../../lib/few-map.ts';
import { StopSignal } from '../../lib/stop-signal.ts';
import { isPassing } from './passing.ts';
import type { Reading } from './reading.ts';

const current = new AsyncLocalStorage<HandlerRun>();
const NOTHING: readonly UnacknowledgedBatch[] = [];

/** The handler whose run it is: told how that ends. */
export interface RunOwner extends Run {
  /** From now on this is what is started again, instead of the whole handler. */
  resume(handler: () => unknown): void;
  /**
   * It watches something: until it is aborted or fails for good, even when it has returned.
   * @param end called then
   * @returns says that it watches nothing any more
   */
  watches(end: () => void): () => void;
  /** Something that it took is done. */
  acknowledged(run: HandlerRun): void;
  returned(run: HandlerRun, value: unknown): void;
  threw(run: HandlerRun, error: unknown): void;
  /** The handler neither acknowledged nor requeued what it took from a queue. */
  forgot(run: HandlerRun, adapter: AdapterClass): void;
}

/** What a run is made with; see the fields of {@link HandlerRun}. */
export interface HandlerRunOptions {
  readonly label: string;
  readonly addon: string;
  readonly startSeq: number | null;
  readonly fromBase: boolean;
  readonly leaving?: boolean;
  /** Where the run before was; null or nothing if it is the first. */
  readonly reading?: Reading | null;
  readonly again?: boolean;
  readonly owner: RunOwner;
}

/**
 * One run of a handler. What it takes from a channel is its own until it is acknowledged or requeued: by `validate` or
 * `secureEmit`, in mode `each` also by the run's next `listen` with that adapter, or by its end.
 */
export class HandlerRun {
  readonly label: string;
  /** Whose code it is. */
  addon: string;
  /** What had been read when the run began: a first `listen` starts there. Null if there was no session yet. */
  readonly startSeq: number | null;
  /** True if it runs because the page connected: it goes on where the page was, even with an adapter it never used. */
  readonly fromBase: boolean;
  /** True if it runs because the socket has gone: a disconnect handler, and what that starts. */
  readonly leaving: boolean;
  /** True if a run before it failed. */
  readonly again: boolean;
  /** Stopped when the run has to end. */
  readonly signal = new StopSignal();
  /** How often it has listened; a loop counts twice at once. */
  listens = 0;
  readonly owner: RunOwner;
  /** How much it is given at a time. */
  readonly portion = new Portion();
  /** What it read last in mode `each`. */
  #reading: Reading | null;
  /** Made when something is taken: thousands of runs only wait. */
  #batches: FewMap<AdapterClass, UnacknowledgedBatch[]> | null = null;
  #finishing = false;
  #kept = false;
  #acknowledging = 0;
  #ended = false;
  #done: Deferred | null = null;

  constructor(options: HandlerRunOptions) {
    this.label = options.label;
    this.addon = options.addon;
    this.startSeq = options.startSeq;
    this.fromBase = options.fromBase;
    this.leaving = options.leaving ?? false;
    this.again = options.again ?? false;
    this.#reading = options.reading ?? null;
    this.owner = options.owner;
  }

  /** The run in which this code is called, however many promises lie between. */
  static current(): HandlerRun | undefined {
    return current.getStore();
  }

  /** The same. @throws SocketIOError `run_missing` @param method what was called, for the message */
  static require(method: string): HandlerRun {
    const run = current.getStore();
    if (run !== undefined) return run;
    throw new SidecarError(
      'run_missing',
      `${method} was called outside of a handler. Call it from on_<event>, recvConnect, or a function given to spawn.`,
    );
  }

  /** Does something that is no part of any run, although a run may be the one that has it done. */
  static outside<Result>(action: () => Result): Result {
    return current.exit(action);
  }

  get ended(): boolean {
    return this.#ended;
  }

  get done(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    this.#done ??= defer();
    return this.#done.promise;
  }

  /** Ends the run. What it holds goes back at once: the handler may take its time to end. */
  abort(): void {
    this.stop();
    this.release();
  }

  /** Ends the run; what it holds stays its own until `release`, whatever the handler does. */
  stop(): void {
    this.#kept = true;
    this.signal.stop();
  }

  /** Requeues what the run holds after `stop`. That a page has gone is no failure of its messages. */
  release(): void {
    this.#kept = false;
    for (const adapter of [...(this.#batches?.keys() ?? [])]) this.requeue(adapter, false);
  }

  /** Ends the run as soon as it holds nothing: what a browser has just shown may still be acknowledged. */
  finish(): void {
    this.#finishing = true;
    this.#finishIfFree();
  }

  /**
   * Runs the handler. What is not validated at its end is requeued if it threw; if it returned, it counts as acknowledged in
   * mode `each`, and is requeued in a queue.
   *
   * Tells its owner how it ended, instead of returning a promise: a promise made outside of the run would keep the run
   * of its maker in memory, for each of thousands of sockets.
   */
  execute(handler: () => unknown): void {
    current.run(this, () => {
      try {
        const result = handler();
        if (isThenable(result)) this.#follow(result);
        else this.#return(result);
      } catch (error) {
        this.#throw(error);
      }
    });
  }

  /** By itself, so that what is kept while the handler waits does not include how it was started. */
  #follow(result: PromiseLike<unknown>): void {
    Promise.resolve(result).then(
      (value: unknown) => this.#return(value),
      (error: unknown) => this.#throw(error),
    );
  }

  #return(value: unknown): void {
    this.#settle(this.signal.reason === null, true);
    this.owner.returned(this, value);
    this.#done?.resolve();
  }

  #throw(error: unknown): void {
    this.#settle(false, !isPassing(error));
    this.owner.threw(this, error);
    this.#done?.resolve();
  }

  /** @param failed whether what is requeued counts as a failed attempt */
  #settle(returned: boolean, failed: boolean): void {
    this.#ended = true;
    if (this.#kept) return;
    for (const adapter of [...(this.#batches?.keys() ?? [])]) {
      const isQueue = this.held(adapter).some(({ mode }) => mode === 'queue');
      if (returned && isQueue) this.owner.forgot(this, adapter);
      if (returned && !isQueue) void this.acknowledge(adapter);
      else this.requeue(adapter, failed);
    }
  }

  get reading(): Reading | null {
    return this.#reading;
  }

  /** From now on it reads there. @returns the cursor */
  read(cursor: Cursor, args: readonly unknown[]): Cursor {
    this.#reading = { cursor, args };
    return cursor;
  }

  /** What was taken with that adapter and is not validated yet. */
  held(adapter: AdapterClass): readonly UnacknowledgedBatch[] {
    return this.#batches?.get(adapter) ?? NOTHING;
  }

  /** Keeps what was taken until it is validated. */
  hold(adapter: AdapterClass, batch: UnacknowledgedBatch): void {
    if (this.signal.reason !== null) {
      batch.requeue(false);
      return;
    }
    this.#batches ??= new FewMap();
    const held = this.#batches.get(adapter);
    if (held === undefined) this.#batches.set(adapter, [batch]);
    else held.push(batch);
  }

  /**
   * Acknowledges what is held.
   * @returns false if some of it was somebody else's already; in mode `each` at once
   */
  acknowledge(adapter: AdapterClass): boolean | Promise<boolean> {
    let all = true;
    const waited: Promise<boolean>[] = [];
    const held = this.#takeAll(adapter);
    if (held.length > 0) this.owner.acknowledged(this);
    for (const batch of held) {
      const acknowledged = batch.acknowledge();
      if (typeof acknowledged !== 'boolean') waited.push(acknowledged);
      else if (!acknowledged) all = false;
    }
    if (waited.length === 0) {
      this.#finishIfFree();
      return all;
    }
    this.#acknowledging += 1;
    return Promise.all(waited)
      .finally(() => {
        this.#acknowledging -= 1;
        this.#finishIfFree();
      })
      .then((results) => all && results.every((acknowledged) => acknowledged));
  }

  /**
   * Acknowledges the messages with those ids, and requeues the others, which does not count as a failed attempt.
   * @returns false, and does nothing, if none of those ids are held
   */
  acknowledgePart(adapter: AdapterClass, ids: ReadonlySet<string>): boolean {
    if (!this.held(adapter).some((batch) => batch.ids.some((id) => ids.has(id)))) return false;
    const parts = this.#takeAll(adapter).map((batch) => batch.split(ids));
    for (const { done } of parts) if (done !== null) this.hold(adapter, done);
    for (const { rest } of parts) rest?.requeue(false);
    // Tried until it is done, or until the sidecar is being stopped: then leases go with its row.
    Promise.resolve(this.acknowledge(adapter)).catch(() => undefined);
    return true;
  }

  /** Requeues one batch if it is still held, which is no failure. */
  giveBack(adapter: AdapterClass, batch: UnacknowledgedBatch): void {
    const held = this.held(adapter);
    if (!held.includes(batch)) return;
    const others = held.filter((one) => one !== batch);
    if (others.length > 0) this.#batches?.set(adapter, others);
    else this.#batches?.delete(adapter);
    batch.requeue(false);
    this.#finishIfFree();
  }

  /** Requeues what is held. @param failed whether this counts as a failed attempt */
  requeue(adapter: AdapterClass, failed: boolean): void {
    for (const batch of this.#takeAll(adapter)) batch.requeue(failed);
    this.#finishIfFree();
  }

  #finishIfFree(): void {
    if (this.#finishing && (this.#batches?.size ?? 0) === 0 && this.#acknowledging === 0) this.signal.stop();
  }

  #takeAll(adapter: AdapterClass): readonly UnacknowledgedBatch[] {
    const held = this.held(adapter);
    this.#batches?.delete(adapter);
    return held;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
