import { reason } from '../api/error.ts';
import { BackOff } from '../delivery/back-off.ts';

/** Asks at start whether OpenERP answers at all, and says so until it does. Sockets do not wait for it. */
export class OpenERPProbe {
  readonly #url: string;
  readonly #report: (text: string, reachable: boolean) => void;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;

  constructor(url: string, report: (text: string, reachable: boolean) => void) {
    this.#url = url;
    this.#report = report;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const backOff = new BackOff(1_000, 30_000);
    while (!signal.aborted) {
      try {
        const response = await fetch(this.#url, {
          method: 'HEAD',
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
        });
        await response.body?.cancel();
        this.#report(`OpenERP answers at ${this.#url}`, true);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
        const retryMs = backOff.next();
        this.#report(
          `openerp_unreachable: OpenERP cannot be reached at ${this.#url}: ${reason(cause)}. Sockets are served, model calls fail. Next attempt in ${(retryMs / 1000).toFixed(1)} s.`,
          false,
        );
        await pause(retryMs, signal);
      }
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
