import { SidecarError } from '../../api/sidecar-error.ts';
import { BackOff } from '../../lib/back-off.ts';
import { Sleep } from '../../lib/sleep.ts';
import type { ModelCall, ModelCaller } from './model-caller.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** The time over which Odoo may be started again without a call being lost. */
const LIMIT_MS = 10_000;

/**
 * Sends a call again that surely was not carried out, for at most ten seconds: the connection was refused, or somebody
 * said so on the way. Every other error is final, since the method may have run.
 *
 * A call that waits here keeps its place among those that run, so that the ones behind it are bounded as ever. It does
 * not ask whether its page is still there: disconnect handlers call models, too.
 */
export class RepeatingCaller implements ModelCaller {
  readonly #caller: ModelCaller;
  readonly #limitMs: number;
  readonly #waiting = new Set<Sleep>();

  constructor(caller: ModelCaller, limitMs = LIMIT_MS) {
    this.#caller = caller;
    this.#limitMs = limitMs;
  }

  async call(call: ModelCall): Promise<unknown> {
    const backOff = new BackOff(FIRST_WAIT_MS, LONGEST_WAIT_MS);
    const last = performance.now() + this.#limitMs;
    for (;;) {
      try {
        return await this.#caller.call(call);
      } catch (error) {
        const waitMs = backOff.next();
        const isSure = error instanceof SidecarError && error.retry;
        if (!isSure || performance.now() + waitMs > last) throw error;
        await this.#wait(waitMs);
      }
    }
  }

  stop(): void {
    this.#caller.stop();
    // Their next attempt is refused for good.
    for (const sleep of this.#waiting) sleep.end();
  }

  async #wait(ms: number): Promise<void> {
    const sleep = new Sleep(ms);
    this.#waiting.add(sleep);
    await sleep.over;
    this.#waiting.delete(sleep);
  }
}
