import type { Entry } from './log/entry.ts';
import { MOST_FAILED } from './position.ts';

/** After so many failed attempts a message is passed over, and the page told to load its data again. */
const ATTEMPTS = 5;
/** Who refuses so many in a row, each as often as that, refuses everything: one more load is enough for all that waits. */
const IN_A_ROW = 2;

/** How often the messages of one cursor have failed: by their ids, so that they can be told to the page. */
export class Failures {
  readonly #counts: Map<string, number>;
  /** It was offered alone, and the adapter did not want it: perhaps with the next. */
  #declined: Entry | null = null;
  #row = 0;

  constructor(counts: Iterable<readonly [string, number]> = []) {
    this.#counts = new Map(counts);
  }

  /** As much as a page may be told; undefined if nothing has failed. */
  get told(): Readonly<Record<string, number>> | undefined {
    return this.#counts.size === 0 ? undefined : Object.fromEntries([...this.#counts].slice(0, MOST_FAILED));
  }

  /** True if the page refuses whatever it is sent. */
  get isHopeless(): boolean {
    return this.#row >= IN_A_ROW;
  }

  /** Has it failed, so that it is to be offered alone? */
  isSuspect(entry: Entry): boolean {
    return entry !== this.#declined && this.#counts.has(entry.message.id);
  }

  /** It was offered alone, and not taken. */
  decline(entry: Entry): void {
    this.#declined = entry;
  }

  /** It has failed. @returns true if it is to be passed over */
  fail({ message: { id } }: Entry): boolean {
    const count = (this.#counts.get(id) ?? 0) + 1;
    if (count < ATTEMPTS) this.#counts.set(id, count);
    else {
      this.#counts.delete(id);
      this.#row += 1;
    }
    return count >= ATTEMPTS;
  }

  /** It was acknowledged. */
  forget({ message: { id } }: Entry): void {
    this.#counts.delete(id);
    this.#row = 0;
  }
}
