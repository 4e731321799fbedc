import { AsyncLocalStorage } from 'node:async_hooks';
import type { RunSignal } from '../api/host.ts';
import type { PythonSocket } from './python-socket.ts';

/** Whose run it is, and what is told of it. */
export interface PythonRunOptions {
  /** Above zero: the sidecar began it. Below: the worker did. */
  readonly id: number;
  readonly socket: PythonSocket;
  readonly addon: string;
  readonly isAsked: boolean;
  readonly signal: RunSignal;
  /** It has to end. */
  end(): void;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * A handler that runs in a worker. What it asks for is done as if a handler of TypeScript asked: in the run that waits for
 * it, so that what it takes, confirms and loses is the same.
 */
export class PythonRun {
  readonly id: number;
  readonly socket: PythonSocket;
  readonly addon: string;
  /** An event began it, directly or not: nobody but its page begins it anew. */
  readonly isAsked: boolean;
  /** What failed of something that waits for no answer: the next request has it. */
  trouble: { readonly error: unknown } | null = null;
  /** Does something in the run, wherever this is called. */
  readonly within = AsyncLocalStorage.snapshot();
  readonly #options: PythonRunOptions;
  readonly #stop = (reason: Error): void => {
    this.#options.end();
    // A greenlet may take its time to end, or never do: nobody waits for it.
    this.#options.reject(reason);
  };

  /** To be made in the handler's run. */
  constructor(options: PythonRunOptions) {
    this.id = options.id;
    this.socket = options.socket;
    this.addon = options.addon;
    this.isAsked = options.isAsked;
    this.#options = options;
    options.signal.follow(this.#stop);
  }

  returned(value: unknown): void {
    this.#options.signal.unfollow(this.#stop);
    // None is what a function returns that says nothing.
    this.#options.resolve(value === null ? undefined : value);
  }

  threw(error: Error): void {
    this.#options.signal.unfollow(this.#stop);
    this.#options.reject(error);
  }
}
