import { ERROR_CODES } from '../api/error-codes/catalogue.ts';
import { LEFT_OPEN_MS, STOP_MS } from '../lib/shutdown-budget.ts';
import type { Log } from '../observability/log.ts';

/**
 * Signals so close to the first mean the same: Ctrl+C under `npm start` arrives twice, from the terminal and from
 * npm, and so does the end of a terminal.
 */
const SAME_SIGNAL_MS = 500;

/** Numbers of the signals that end a sidecar, as shells add them to 128. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

export type EndSignal = keyof typeof SIGNALS;

/** The signals that end a sidecar. */
export const END_SIGNALS: readonly EndSignal[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/** What a shutdown needs. */
export interface ShutdownOptions {
  readonly drainSeconds: number;
  readonly log: Log;
  /** Ends everything that can be ended in good order. */
  stop(): Promise<unknown>;
  /** What keeps the process alive: kinds of resources. */
  left(): readonly string[];
  exit(code: number): void;
}

/**
 * The end of the process: the first signal ends everything in good order and in bounded time, the second one ends it at
 * once.
 */
export class Shutdown {
  readonly #options: ShutdownOptions;
  #firstAt: number | null = null;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** A signal came. */
  receive(signal: EndSignal): void {
    const now = performance.now();
    if (this.#firstAt === null) {
      this.#firstAt = now;
      this.#begin(signal);
      return;
    }
    if (now - this.#firstAt < SAME_SIGNAL_MS) return;
    const { log, exit } = this.#options;
    const message = `${signal} came while the sidecar was stopping. The process ends now.`;
    log.warn(null, { code: 'stop_forced', message });
    // Not by the signal itself: the first process of a container is not ended by signals.
    exit(128 + SIGNALS[signal]);
  }

  #begin(signal: EndSignal): void {
    const { drainSeconds, log, stop, exit } = this.#options;
    const limitMs = drainSeconds * 1000 + STOP_MS;
    log.info(null, `${signal}: disconnecting pages. This takes at most ${limitMs / 1000} s.`);
    setTimeout(() => {
      const message = `Not everything ended within ${limitMs / 1000} s. The process ends now.`;
      log.error(null, { code: 'stop_timeout', message });
      exit(ERROR_CODES.stop_timeout.exitCode ?? 1);
    }, limitMs).unref();
    void stop().then(() => setTimeout(() => this.#endAnyway(), LEFT_OPEN_MS).unref());
  }

  /** Timers and connections of server modules keep the process alive, and nobody else closes them. */
  #endAnyway(): void {
    const { log, left, exit } = this.#options;
    const text = [...new Set(left())].join(', ');
    const message = `Something stayed open (${text}). The process ends anyway. Let the server module that opened it close it.`;
    log.warn(null, { code: 'left_open', message });
    exit(0);
  }
}
