import type { AdapterClass } from '../../api/adapter.ts';
import { AbortError, reason } from '../../api/error.ts';
import type { Run } from '../../api/host.ts';
import { type Deferred, defer } from '../../lib/deferred.ts';
import type { EventCounts } from '../../observability/counts/event-counts.ts';
import { HandlerRun, type HandlerRunOptions, type RunOwner } from './handler-run.ts';
import { isPassing, waitsForWorker } from './passing.ts';
import type { Reading } from './reading.ts';
import { Trouble } from './trouble.ts';

/** Who waits for a handler's end. */
export interface Ending {
  /** Its sender gets an answer: a failure is one, too. */
  readonly isAnswered: boolean;
  /** @param listened whether it waited for messages */
  returned(value: unknown, listened: boolean): void;
  /**
   * @param again it is started again
   * @param listened as above
   * @returns whether that was told in full to who waits, so that the log need not have it
   */
  threw(error: unknown, again: boolean, listened: boolean): boolean;
}

/** How a handler is started; see the fields of {@link HandlerRun}. Without an ending, what it throws is the owner's. */
export interface Starting extends Omit<HandlerRunOptions, 'owner' | 'reading' | 'again'> {
  readonly ending?: Ending;
  /** It is not started again: who began it has to. */
  readonly once?: boolean;
  /** Where it is counted while it is there. */
  readonly counts?: EventCounts;
}

/** One that is counted. */
export interface CountedStarting extends Starting {
  readonly counts: EventCounts;
}

/** What is counted of handlers. */
export type HandlerCount = 'handler_failed' | 'handler_restarted';

/** Who is told what nobody waits for. */
export interface TaskOwner {
  /** A run threw. @param again it is started again, until it works: told once for each reason */
  failed(run: HandlerRun, error: unknown, again: boolean): void;
  /** To be counted. */
  happened(what: HandlerCount): void;
  /** It works again, after so many failures. */
  recovered(run: HandlerRun, failures: number): void;
  /** The handler neither acknowledged nor requeued what it took from a queue. */
  forgot(run: HandlerRun, adapter: AdapterClass): void;
  /** A run has returned, and something of it waits that it did not wait for. */
  left(run: HandlerRun): void;
  /** It has ended, for good. */
  ended(task: HandlerTask): void;
}

/**
 * A handler through all of its runs. One that waits for messages is started again when it throws, for as long as its page
 * is there: nobody would ask for it a second time, and the page would be deaf without knowing. It goes on from where it
 * was, and what it had taken is offered again.
 */
export class HandlerTask implements Run, RunOwner {
  readonly #owner: TaskOwner;
  readonly #options: Starting;
  #handler: () => unknown;
  /** Null when it has been told how the first run ended. */
  #ending: Ending | null;
  /** The last one. */
  #run: HandlerRun;
  /** By whose run it was started. */
  #parent: HandlerTask | null;
  /** What the present run has started, and the next one would start again. Made when it is needed. */
  #children: Set<HandlerTask> | null = null;
  /** It waits for messages, and nobody would ask for it again. */
  #isListener = false;
  #trouble: Trouble | null = null;
  /** Started again no more. */
  #closed = false;
  #isOver = false;
  /** Ends what it watches. */
  #unwatch: Set<() => void> | null = null;
  #done: Deferred | null = null;

  constructor(owner: TaskOwner, options: Starting, handler: () => unknown) {
    this.#owner = owner;
    this.#options = options;
    this.#handler = handler;
    this.#ending = options.ending ?? null;
    const parent = HandlerRun.current()?.owner;
    this.#parent = parent instanceof HandlerTask && !parent.#isOver ? parent : null;
    this.#run = this.#makeRun(options.addon, null, false);
  }

  /** Which handler it is. */
  get options(): Starting {
    return this.#options;
  }

  /** Starts it. Once. */
  start(): void {
    if (this.#parent !== null) {
      this.#parent.#children ??= new Set();
      this.#parent.#children.add(this);
    }
    this.#run.execute(this.#handler);
  }

  /** Its run; null while it waits to be started again, and when it has ended. */
  get running(): HandlerRun | null {
    return this.#run.ended ? null : this.#run;
  }

  get ended(): boolean {
    return this.#isOver;
  }

  get done(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#done ??= defer();
    return this.#done.promise;
  }

  abort(): void {
    this.#run.abort();
    this.close();
    this.#endWatches();
  }

  get watching(): boolean {
    return this.#unwatch !== null;
  }

  watches(end: () => void): () => void {
    if (this.#closed || this.#run.signal.reason !== null) {
      end();
      return () => undefined;
    }
    this.#unwatch ??= new Set();
    this.#unwatch.add(end);
    return () => {
      this.#unwatch?.delete(end);
      if (this.#unwatch?.size === 0) this.#unwatch = null;
    };
  }

  /** It is started again no more; a run that goes on does so. */
  close(): void {
    this.#closed = true;
    this.#trouble?.callOff();
    if (this.#run.ended) this.#end();
  }

  /** From now on this is what is started again. What its run has started so far is not its own to start. */
  resume(handler: () => unknown): void {
    this.#handler = handler;
    this.#children = null;
  }

  returned(run: HandlerRun, value: unknown): void {
    if (run.signal.awaited) this.#owner.left(run);
    this.#ending?.returned(value, run.listens > 0);
    this.#end();
  }

  threw(run: HandlerRun, error: unknown): void {
    const again = this.#isStartedAgain(run, error);
    const wasStopped = run.signal.reason !== null;
    if (again && waitsForWorker(error)) return void this.#startAtWorker(run, error);
    this.#tell(run, error, again, wasStopped);
    // What it has left behind, such as another loop, would compete with the next run.
    run.signal.stop();
    if (again) {
      this.#startAgain();
      return;
    }
    this.#endWatches();
    this.#end();
  }

  forgot(run: HandlerRun, adapter: AdapterClass): void {
    this.#owner.forgot(run, adapter);
  }

  acknowledged(run: HandlerRun): void {
    const failures = this.#trouble?.end() ?? 0;
    if (failures > 0) this.#owner.recovered(run, failures);
  }

  #isStartedAgain(run: HandlerRun, error: unknown): boolean {
    if (this.#options.once === true) return false;
    if (this.#closed || run.leaving || run.signal.reason !== null || error instanceof AbortError)
      return false;
    // Whose sender gets an answer asks again, unless it is a loop, which is asked for once.
    this.#isListener ||= run.listens > (this.#options.ending?.isAnswered === true ? 1 : 0);
    // Before it has listened, only what surely was not carried out is repeated, for a page that cannot know of it.
    return this.#isListener || (run.fromBase && isPassing(error));
  }

  #tell(run: HandlerRun, error: unknown, again: boolean, wasStopped: boolean): void {
    const ending = this.#ending;
    this.#ending = null;
    const isTold = ending?.threw(error, again, run.listens > 0) ?? false;
    // That it was ended is nobody's failure, and what it threw because of that neither.
    if (error instanceof AbortError || waitsForWorker(error)) return;
    if ((wasStopped && ending === null) || (isTold && !again)) return;
    this.#owner.happened('handler_failed');
    if (again) this.#trouble ??= new Trouble();
    const isNew = this.#trouble?.failed(reason(error)) ?? true;
    if (isNew) this.#owner.failed(run, error, again);
  }

  #startAgain(): void {
    this.#abortChildren();
    if (this.#closed) {
      this.#end();
      return;
    }
    this.#trouble?.wait(() => this.#runAgain());
  }

  #abortChildren(): void {
    for (const child of this.#children ?? []) child.abort();
    this.#children = null;
  }

  #runAgain(): void {
    this.#owner.happened('handler_restarted');
    const { reading } = this.#run;
    this.#run = this.#makeRun(this.#run.addon, reading, true);
    this.#run.execute(this.#handler);
  }

  /** By name, and not by a spread: of that each would have a shape of its own, of 300 bytes. */
  #makeRun(addon: string, reading: Reading | null, again: boolean): HandlerRun {
    const { label, startSeq, fromBase, leaving = false } = this.#options;
    return new HandlerRun({ label, addon, startSeq, fromBase, leaving, reading, again, owner: this });
  }

  /** It waits for a Python worker by itself. That one has gone is said once, and not for each handler of each page. */
  #startAtWorker(run: HandlerRun, error: unknown): void {
    this.#ending?.threw(error, true, true);
    this.#ending = null;
    run.signal.stop();
    this.#abortChildren();
    setImmediate(() => (this.#closed ? this.#end() : this.#runAgain()));
  }

  #endWatches(): void {
    const ends = this.#unwatch ?? [];
    this.#unwatch = null;
    for (const end of ends) end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#children = null;
    if (this.#parent !== null) this.#parent.#children?.delete(this);
    // Else who starts a successor before it ends would be kept by that, with all those before.
    this.#parent = null;
    this.#owner.ended(this);
    this.#done?.resolve();
  }
}
