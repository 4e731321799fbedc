import { reason } from '../../api/error.ts';
import type { Problem } from '../../api/problem.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import { BackOff } from '../../lib/back-off.ts';
import { Deadline } from '../../lib/deadline.ts';
import { sleep } from '../../lib/sleep.ts';

/** To whom the probe tells what it found. */
export interface ProbeReport {
  answers(text: string): void;
  /** @param next when it is tried again */
  failed(problem: Problem, next: string): void;
}

const ANSWER_MS = 10_000;

/** Asks at start whether Odoo answers at all, and says so until it does. Sockets do not wait for it. */
export class OdooProbe {
  readonly #url: string;
  readonly #report: ProbeReport;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;

  constructor(url: string, report: ProbeReport) {
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
      const deadline = new Deadline(ANSWER_MS, signal);
      try {
        await reachOdoo(this.#url, deadline.signal);
        this.#report.answers(`Odoo answers at ${this.#url}`);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const retryMs = backOff.next();
        const problem = { code: 'odoo_unreachable', message: reason(error) } as const;
        this.#report.failed(problem, `Next attempt in ${(retryMs / 1000).toFixed(1)} s.`);
        await sleep(retryMs, signal);
      } finally {
        deadline.end();
      }
    }
  }
}

/** Exists for POST only: an OpenERP 7.0 that is asked for a page leaves a session behind. */
const PATH = '/xmlrpc/object';

/**
 * Asks Odoo for anything at all.
 *
 * @throws SidecarError `odoo_unreachable`
 */
export async function reachOdoo(url: string, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(new URL(PATH, url), { method: 'HEAD', redirect: 'manual', signal });
    await response.body?.cancel();
  } catch (error) {
    // fetch says "fetch failed" and keeps the cause for itself.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new SidecarError(
      'odoo_unreachable',
      `Odoo cannot be reached at ${url}: ${reason(cause)}. Sockets are served, model calls fail: start it, or correct --odoo-url.`,
      { retry: true, cause: error },
    );
  }
}
