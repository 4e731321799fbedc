import type { Arrival } from '../changes/arrival.ts';

/** How many sockets listen for all: when one goes, the other has heard everything meanwhile. */
const LISTENERS = 2;
/**
 * A socket that listens as long as this has all that the one before may still have had to say: a page that does not take
 * what it is sent is cut off earlier.
 */
const SETTLED_MS = 60_000;

/** A socket that can listen on behalf of all that show a model. */
export interface Listener {
  /** Hears of a model until it is told to stop, or its page goes. @throws if it may not run one more handler */
  hear(model: string, heard: (arrivals: readonly Arrival[]) => void): { abort(): void };
}

interface Run {
  readonly since: number;
  abort(): void;
}

/** What listening needs of its model. */
export interface ListeningOptions {
  readonly model: string;
  heard(arrivals: readonly Arrival[]): void;
  /** For a while nobody has listened. */
  interrupted(): void;
}

/**
 * Hears all changes of a model, for all sockets of this process that show some of it. A sidecar's sockets can listen, and
 * nobody else can; so two of them do it for all.
 */
export class Listening {
  readonly #options: ListeningOptions;
  readonly #candidates = new Map<Listener, number>();
  readonly #runs = new Map<Listener, Run>();

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  get candidates(): number {
    return this.#candidates.size;
  }

  /** A socket shows something of the model, once more. */
  join(listener: Listener): void {
    const isFirst = this.#runs.size === 0;
    this.#candidates.set(listener, (this.#candidates.get(listener) ?? 0) + 1);
    this.#fill();
    if (isFirst) this.#options.interrupted();
  }

  /** A socket shows something of the model once less. It goes on listening. */
  leave(listener: Listener): void {
    const count = (this.#candidates.get(listener) ?? 0) - 1;
    if (count > 0) this.#candidates.set(listener, count);
    else this.#candidates.delete(listener);
  }

  /** A socket is gone. */
  gone(listener: Listener): void {
    this.#candidates.delete(listener);
    if (!this.#runs.delete(listener)) return;
    const now = performance.now();
    const isSettled = [...this.#runs.values()].some(({ since }) => now - since >= SETTLED_MS);
    this.#fill();
    if (!isSettled) this.#options.interrupted();
  }

  /** Nobody shows anything of the model any more. */
  close(): void {
    for (const run of this.#runs.values()) run.abort();
    this.#runs.clear();
  }

  #fill(): void {
    for (const listener of this.#candidates.keys()) {
      if (this.#runs.size >= LISTENERS) return;
      if (!this.#runs.has(listener)) this.#start(listener);
    }
  }

  #start(listener: Listener): void {
    const { model, heard } = this.#options;
    try {
      const run = listener.hear(model, heard);
      this.#runs.set(listener, { since: performance.now(), abort: () => run.abort() });
    } catch {
      // It has as many handlers as it may have: another one listens. If there is none, each load is answered as stale.
    }
  }
}
