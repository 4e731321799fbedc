import { MOST_IDS } from '../../../protocol/limits.ts';
import type { Entry } from './log/entry.ts';
import type { Done } from './replay.ts';

/** What a cursor has acknowledged while an older message is not: its position lists them. */
export class AcknowledgedList {
  #done: readonly Done[];
  /** The place of the youngest message that was acknowledged and is not in the list, which was full. */
  #unlisted = 0;

  /** @param done what a page had acknowledged when it came back */
  constructor(done: readonly Done[] = []) {
    this.#done = done;
  }

  /** The ids of those behind that place; null if they are not all known. */
  after(seq: number): string[] | null {
    if (seq < this.#unlisted) return null;
    return this.#done.filter((done) => done.seq > seq).map(({ id }) => id);
  }

  /** Adds messages, and forgets what lies before that place: everything up to it is done. */
  add(entries: readonly Entry[], seq: number): void {
    const added = entries.map(({ message, seq }) => ({ id: message.id, seq }));
    const all = [...this.#done, ...added].filter((done) => done.seq > seq);
    // More is not told to the page in any case: a flood of a million would lie here for each that hears it.
    this.#done = all.length > MOST_IDS ? all.slice(0, MOST_IDS) : all;
    for (const done of all.slice(MOST_IDS)) this.#unlisted = Math.max(this.#unlisted, done.seq);
  }
}
