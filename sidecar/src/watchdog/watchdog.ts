import { url as debuggerUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import { CURRENT_HANDLER, type CurrentHandler } from './main-thread.ts';

/** In one wait before a block is reported, so many beats should have come. */
export const BEATS = 4;

/** What the worker is given. */
export interface WatchdogData {
  readonly beats: SharedArrayBuffer;
  readonly blockedMs: number;
  readonly pid: number;
  readonly logFormat: string;
}

/** What a watchdog is made of. */
export interface WatchdogOptions {
  /** The program of its thread. */
  readonly file: URL;
  /** So long may the event loop stand still. */
  readonly blockedMs: number;
  readonly pid: number;
  readonly logFormat: string;
  /** Which handler is running when it is called. */
  current(): CurrentHandler | null;
  /** The watchdog itself cannot run. */
  failed(error: Error): void;
}

/**
 * Notices that the event loop stands still, from a thread of its own: it says who keeps it while it does. Until then it
 * costs a few additions a second.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #worker: Worker | null = null;
  #beating: NodeJS.Timeout | null = null;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** Starts to watch; not under a debugger, where everything stands still all the time. May be called twice. */
  start(): void {
    const { file, blockedMs, pid, logFormat, current, failed } = this.#options;
    if (this.#worker !== null || debuggerUrl() !== undefined) return;
    Reflect.defineProperty(globalThis, CURRENT_HANDLER, { value: current, configurable: true });
    const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const counter = new Int32Array(beats);
    const data: WatchdogData = { beats, blockedMs, pid, logFormat };
    this.#worker = new Worker(file, { workerData: data });
    this.#worker.once('error', failed);
    this.#worker.unref();
    this.#beating = setInterval(() => Atomics.add(counter, 0, 1), blockedMs / BEATS).unref();
  }

  /** May be called twice, and before `start`. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    if (this.#beating !== null) clearInterval(this.#beating);
  }
}
