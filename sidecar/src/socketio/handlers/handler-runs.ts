import type { AdapterClass } from '../../api/adapter.ts';
import { FewSet } from '../../lib/few-set.ts';
import type { HandlerRun } from './handler-run.ts';
import { type HandlerCount, HandlerTask, type Starting, type TaskOwner } from './handler-task.ts';

/** Who is told what nobody waits for. */
export type RunsOwner = Omit<TaskOwner, 'ended' | 'left'>;

/** More that have ended are looked through: what still waits for something is kept. */
const MOST_LEFT = 100;

/** The handlers of one socket. */
export class HandlerRuns implements TaskOwner {
  readonly #owner: RunsOwner;
  readonly #tasks = new FewSet<HandlerTask>();
  #events = 0;
  #spawned = 0;
  /** The socket is going: nothing is started again. */
  #closed = false;
  /** It has gone: only what runs because of that may wait for anything. */
  #stopped = false;
  /** Those that have ended, of which something goes on that they did not wait for, such as a loop. Rare. */
  #left: Set<HandlerRun> | null = null;

  constructor(owner: RunsOwner) {
    this.#owner = owner;
  }

  start(starting: Starting, handler: () => unknown): HandlerTask {
    const task = new HandlerTask(this, starting, handler);
    if (this.#closed) task.close();
    if (this.#stopped && starting.leaving !== true) task.running?.stop();
    this.#tasks.add(task);
    this.#count(task, 1);
    task.start();
    return task;
  }

  /** Those that have not ended, and do not wait to be started again. */
  *running(): Iterable<HandlerRun> {
    for (const { running } of this.#tasks) if (running !== null) yield running;
  }

  /** Does something go on that a disconnect handler has started? */
  get lingers(): boolean {
    if (this.#left !== null) return true;
    for (const run of this.running()) if (run.leaving) return true;
    return false;
  }

  /** How many events are being handled. */
  get events(): number {
    return this.#events;
  }

  /** How many handlers there are besides, without those that run because the page connected. */
  get spawned(): number {
    return this.#spawned;
  }

  /** Ends all of them. @returns those that ran: what they hold is theirs until each is released */
  stop(): HandlerRun[] {
    const runs = [...this.running(), ...(this.#left ?? [])];
    this.#stopped = true;
    this.#left = null;
    this.#close();
    for (const run of runs) run.stop();
    return runs;
  }

  /** Ends what runs because the socket has gone. */
  abort(): void {
    for (const run of [...this.running(), ...(this.#left ?? [])]) run.abort();
    this.#left = null;
  }

  /** Ends each as soon as it holds nothing. Resolves when that is so. */
  async finish(): Promise<void> {
    this.#close();
    const runs = [...this.running(), ...(this.#left ?? [])];
    for (const run of runs) run.finish();
    const unfinished = runs.filter(({ signal }) => signal.reason === null);
    await Promise.all(
      unfinished.map(({ signal }) => new Promise<void>((resolve) => signal.add(() => resolve()))),
    );
  }

  failed(run: HandlerRun, error: unknown, again: boolean): void {
    this.#owner.failed(run, error, again);
  }

  happened(what: HandlerCount): void {
    this.#owner.happened(what);
  }

  recovered(run: HandlerRun, failures: number): void {
    this.#owner.recovered(run, failures);
  }

  forgot(run: HandlerRun, adapter: AdapterClass): void {
    this.#owner.forgot(run, adapter);
  }

  /** A run has ended, and something of it goes on. */
  left(run: HandlerRun): void {
    if (this.#stopped && !run.leaving) {
      run.abort();
      return;
    }
    this.#left ??= new Set();
    this.#left.add(run);
    if (this.#left.size <= MOST_LEFT) return;
    for (const one of this.#left) if (!one.signal.awaited) this.#left.delete(one);
  }

  ended(task: HandlerTask): void {
    if (this.#tasks.delete(task)) this.#count(task, -1);
  }

  #close(): void {
    this.#closed = true;
    for (const task of [...this.#tasks]) task.close();
  }

  #count({ options: { ending, fromBase, counts } }: HandlerTask, by: 1 | -1): void {
    if (counts !== undefined) counts.running += by;
    if (ending !== undefined) this.#events += by;
    else if (!fromBase) this.#spawned += by;
  }
}
