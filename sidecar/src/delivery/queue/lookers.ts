import type { QueueListener } from './queue-listener.ts';

/** The others wait no longer for an adapter that does not answer. */
const PATIENCE_MS = 1_000;

/**
 * The listeners that are being asked about what the last look behind the window brought. The next look waits for them:
 * two groups of listeners whose adapters answer at different times would make one another start over without end.
 */
export class Lookers {
  readonly #free: () => void;
  readonly #asked = new Set<QueueListener>();
  #timer: NodeJS.Timeout | null = null;

  /** @param free called when the next look may begin */
  constructor(free: () => void) {
    this.#free = free;
  }

  get busy(): boolean {
    return this.#asked.size > 0;
  }

  add(listener: QueueListener): void {
    this.#asked.add(listener);
    this.#timer ??= setTimeout(() => this.clear(), PATIENCE_MS);
  }

  delete(listener: QueueListener): void {
    if (this.#asked.delete(listener) && this.#asked.size === 0) this.clear();
  }

  /** Waits for nobody any more. */
  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#asked.clear();
    this.#free();
  }
}
