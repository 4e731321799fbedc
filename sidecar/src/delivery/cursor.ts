import type { AdapterClass } from '../api/adapter.ts';
import type { Message } from '../api/message.ts';
import type { Entry, MessageLog } from './message-log.ts';

/** After so many failed attempts a message is passed over, and the page told to load its data again. */
const ATTEMPTS = 5;

/** What one handler took and has not confirmed. */
export type Batch = readonly Entry[];

/**
 * How far one page has read one channel with one adapter (mode `each`).
 *
 * What is put back is offered again before what is new, in the old order.
 */
export class Cursor {
  readonly adapter: AdapterClass;
  readonly #log: MessageLog;
  #seq: number;
  #returned: Entry[] = [];
  readonly #failures = new Map<number, number>();

  /** @param seq the place to start from: what was read up to there is not offered */
  constructor(adapter: AdapterClass, log: MessageLog, seq: number) {
    this.adapter = adapter;
    this.#log = log;
    this.#seq = seq;
  }

  /**
   * The entries to offer: what was put back, then what is new. Null if the log no longer reaches back far enough; the
   * cursor then stands at the end of what was read.
   */
  offer(): readonly Entry[] | null {
    const fresh = this.#log.after(this.adapter.channel, this.#seq);
    if (fresh === null) {
      this.#seq = this.#log.head;
      this.#returned = [];
      this.#failures.clear();
      return null;
    }
    return this.#returned.length === 0 ? fresh : [...this.#returned, ...fresh];
  }

  /**
   * Notes what the adapter chose from what was offered, and moves on: past the last message taken, or to the end of what
   * was offered if it chose none.
   */
  take(offered: readonly Entry[], chosen: readonly Message[]): Batch {
    if (chosen.length === 0) {
      const last = offered.at(-1);
      if (last !== undefined && last.seq > this.#seq) this.#seq = last.seq;
      return [];
    }
    const wanted = new Set(chosen);
    const batch = offered.filter((entry) => wanted.has(entry.message));
    const taken = new Set(batch);
    const last = batch.at(-1);
    if (last !== undefined && last.seq > this.#seq) this.#seq = last.seq;
    if (this.#returned.length > 0) this.#returned = this.#returned.filter((entry) => !taken.has(entry));
    return batch;
  }

  /** Forgets what was confirmed. */
  confirm(batch: Batch): void {
    if (this.#failures.size === 0) return;
    for (const entry of batch) this.#failures.delete(entry.seq);
  }

  /**
   * Offers a batch again.
   * @returns those that failed too often and are passed over
   */
  putBack(batch: Batch): Entry[] {
    const passed: Entry[] = [];
    for (const entry of batch) {
      const failures = (this.#failures.get(entry.seq) ?? 0) + 1;
      if (failures >= ATTEMPTS) {
        this.#failures.delete(entry.seq);
        passed.push(entry);
      } else {
        this.#failures.set(entry.seq, failures);
        this.#returned.push(entry);
      }
    }
    this.#returned.sort((one, other) => one.seq - other.seq);
    return passed;
  }
}
