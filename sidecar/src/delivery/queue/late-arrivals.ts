import { isAfter } from './message-id.ts';
import type { Waiting } from './queue-offer.ts';
import { lastThatFits, type WindowLimits } from './window-limits.ts';

/** What arrives behind a queue's frontier while the next part is being read, which may not have it. */
export class LateArrivals {
  readonly #limits: WindowLimits;
  readonly #arrivals = new Map<string, Waiting>();
  #characters = 0;
  /** What is being read counts only up to here: of what lies behind, something was left out. */
  #ceiling: string | null = null;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** The id up to which the part counts; null if all of it does. */
  get ceiling(): string | null {
    return this.#ceiling;
  }

  get all(): Iterable<Waiting> {
    return this.#arrivals.values();
  }

  keep(arrival: Waiting): void {
    if (isAfter(arrival.message.id, this.#ceiling)) return;
    this.#arrivals.set(arrival.message.id, arrival);
    this.#characters += arrival.size;
    const { messages, characters } = this.#limits;
    const { size } = this.#arrivals;
    if (size > messages || (this.#characters > characters && size > 1)) {
      this.lower(lastThatFits(this.#arrivals.values(), this.#limits));
    }
  }

  /** What lies behind that id is left out, here and of what is being read. */
  lower(id: string): void {
    this.#ceiling = this.#ceiling === null || isAfter(this.#ceiling, id) ? id : this.#ceiling;
    for (const { message, size } of this.#arrivals.values()) {
      if (!isAfter(message.id, this.#ceiling)) continue;
      this.#arrivals.delete(message.id);
      this.#characters -= size;
    }
  }
}
