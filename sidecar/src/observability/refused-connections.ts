import type { Log } from './log.ts';
import { type RecentRefusal, RecentRefusals } from './recent-refusals.ts';
import { RefusalLog } from './refusal-log.ts';
import type { Refused } from './refused.ts';
import { showRefusal } from './shown-refusal.ts';

/** Who was not let in, for the log and for whoever looks. */
export class RefusedConnections {
  readonly #log: RefusalLog;
  readonly #recent = new RecentRefusals();

  constructor(log: Log) {
    this.#log = new RefusalLog(log);
  }

  /** The last of each kind, the last first. */
  get recent(): readonly RecentRefusal[] {
    return this.#recent.list;
  }

  add(refused: Refused): void {
    const shown = showRefusal(refused);
    this.#log.add(shown, refused);
    // Whoever looks on looks for pages that do not connect.
    if (refused.isDoctors !== true) this.#recent.add(shown);
  }

  /** Says what is still to be said. May be called twice. */
  stop(): void {
    this.#log.stop();
  }
}
