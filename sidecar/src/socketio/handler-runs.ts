import type { AdapterClass } from '../api/adapter.ts';
import { HandlerRun, type HandlerRunOptions, type RunOwner } from './handler-run.ts';

/** Who waits for a handler's end. */
export interface Ending {
  returned(value: unknown, run: HandlerRun): void;
  threw(error: unknown, run: HandlerRun): void;
}

/** How a run is started; see the fields of {@link HandlerRun}. Without an ending, what it throws is the owner's. */
export interface Starting extends Omit<HandlerRunOptions, 'owner'> {
  readonly ending?: Ending;
}

/** Who is told what nobody waits for. */
export interface RunsOwner {
  failed(run: HandlerRun, error: unknown): void;
  /** The handler neither confirmed nor put back what it took from a queue. */
  forgot(run: HandlerRun, adapter: AdapterClass): void;
}

/** The runs of one socket's handlers. */
export class HandlerRuns implements RunOwner {
  readonly #owner: RunsOwner;
  readonly #runs = new Map<HandlerRun, Ending | null>();
  #events = 0;
  #spawned = 0;

  constructor(owner: RunsOwner) {
    this.#owner = owner;
  }

  start({ ending, ...options }: Starting, handler: () => unknown): HandlerRun {
    const run = new HandlerRun({ ...options, owner: this });
    this.#runs.set(run, ending ?? null);
    this.#count(run, ending, 1);
    run.execute(handler);
    return run;
  }

  /** Those that have not ended. */
  get running(): Iterable<HandlerRun> {
    return this.#runs.keys();
  }

  /** How many events are being handled. */
  get events(): number {
    return this.#events;
  }

  /** How many handlers run besides, without those that run because the page connected. */
  get spawned(): number {
    return this.#spawned;
  }

  /** Ends all of them. @returns those that ran: what they hold is theirs until each is released */
  stop(): HandlerRun[] {
    const runs = [...this.#runs.keys()];
    for (const run of runs) run.stop();
    return runs;
  }

  /** Ends each as soon as it holds nothing. Resolves when that is so. */
  async finish(): Promise<void> {
    for (const run of this.#runs.keys()) run.finish();
    const unfinished = [...this.#runs.keys()].filter(({ signal }) => signal.reason === null);
    await Promise.all(
      unfinished.map(({ signal }) => new Promise<void>((resolve) => signal.add(() => resolve()))),
    );
  }

  returned(run: HandlerRun, value: unknown): void {
    this.#take(run)?.returned(value, run);
  }

  threw(run: HandlerRun, error: unknown): void {
    const ending = this.#take(run);
    if (ending === null) this.#owner.failed(run, error);
    else ending.threw(error, run);
  }

  forgot(run: HandlerRun, adapter: AdapterClass): void {
    this.#owner.forgot(run, adapter);
  }

  #take(run: HandlerRun): Ending | null {
    const ending = this.#runs.get(run) ?? null;
    if (this.#runs.delete(run)) this.#count(run, ending, -1);
    return ending;
  }

  #count({ fromBase }: HandlerRun, ending: Ending | null | undefined, by: 1 | -1): void {
    if (ending) this.#events += by;
    else if (!fromBase) this.#spawned += by;
  }
}
