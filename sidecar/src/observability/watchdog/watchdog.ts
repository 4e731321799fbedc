import { url as debuggerUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import { CURRENT_HANDLER, type CurrentHandler } from './main-thread.ts';

/** How soon its thread is started again after it has ended. */
const AGAIN_FIRST_MS = 1_000;
const AGAIN_LAST_MS = 60_000;
/** A thread that lived for so long has nothing to do with the failures before. */
const STABLE_MS = 120_000;

/** In one wait before a block is reported, so many beats should have come. */
export const BEATS = 4;

/** What the worker is given. */
export interface WatchdogData {
  readonly beats: SharedArrayBuffer;
  readonly blockedMs: number;
  readonly pid: number;
  readonly logFormat: string;
  readonly logLevel: string;
}

/** What a watchdog is made of. */
export interface WatchdogOptions {
  /** The program of its thread. */
  readonly file: URL;
  /** So long may the event loop stand still. */
  readonly blockedMs: number;
  readonly pid: number;
  readonly logFormat: string;
  readonly logLevel: string;
  /** Which handler is running when it is called. */
  current(): CurrentHandler | null;
  /** The thread has ended, and is started again in so many milliseconds. Told once for each reason. */
  failed(error: Error, retryMs: number): void;
}

/**
 * Notices that the event loop stands still, from a thread of its own: it says who keeps it while it does. Until then it
 * costs a few additions a second.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  #startedAt = 0;
  /** How often it has ended since it last lived for long. */
  #failures = 0;
  #again: NodeJS.Timeout | null = null;
  /** Why it ended last, as it was told. */
  #told: string | null = null;
  #worker: Worker | null = null;
  #beating: NodeJS.Timeout | null = null;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** Starts to watch; not under a debugger, where everything stands still all the time. May be called twice. */
  start(): void {
    const { blockedMs, current } = this.#options;
    if (this.#beating !== null || debuggerUrl() !== undefined) return;
    Reflect.defineProperty(globalThis, CURRENT_HANDLER, { value: current, configurable: true });
    const counter = new Int32Array(this.#beats);
    this.#beating = setInterval(() => Atomics.add(counter, 0, 1), blockedMs / BEATS).unref();
    this.#launch();
  }

  /** May be called twice, and before `start`. */
  async stop(): Promise<void> {
    if (this.#again !== null) clearTimeout(this.#again);
    if (this.#beating !== null) clearInterval(this.#beating);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #launch(): void {
    const { file, blockedMs, pid, logFormat, logLevel } = this.#options;
    const data: WatchdogData = { beats: this.#beats, blockedMs, pid, logFormat, logLevel };
    this.#startedAt = performance.now();
    const worker = new Worker(file, { workerData: data });
    this.#worker = worker;
    let cause: Error | null = null;
    worker.once('error', (error) => {
      cause = error;
    });
    worker.once('exit', (code) => {
      if (worker === this.#worker)
        this.#launchAgain(cause ?? new Error(`Its thread ended with code ${code}`));
    });
    worker.unref();
  }

  /** Whatever it stumbled over: who blocks from now on has to be named as well. */
  #launchAgain(error: Error): void {
    if (performance.now() - this.#startedAt > STABLE_MS) {
      this.#failures = 0;
      this.#told = null;
    }
    const retryMs = Math.min(AGAIN_LAST_MS, AGAIN_FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    if (error.message !== this.#told) this.#options.failed(error, retryMs);
    this.#told = error.message;
    this.#again = setTimeout(() => this.#launch(), retryMs).unref();
  }
}
