import type { Wish } from './wish.ts';

/** Events of one socket that wait for Odoo: when it comes back, nobody wants all of those of an hour. */
const MOST_EVENTS = 20;
const MOST_BYTES = 1024 * 1024;

/** What one socket wants, in its order. */
export class Wishes {
  #list: Wish[] = [];

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  /** @returns how many events had to be dropped for it */
  add(wish: Wish): number {
    const at = this.#list.findIndex(({ kind }) => kind === wish.kind);
    const known = this.#list[at];
    if (wish.kind === 'event' || known === undefined) this.#list.push(wish);
    // What is wanted now takes the place of what nobody was told; but what was missed begins where that began.
    else if (known.kind !== 'event') this.#list[at] = { ...wish, last: known.last };
    return this.#dropEvents();
  }

  /** Puts these before all others. @returns how many events had to be dropped for it */
  putBack(wishes: readonly Wish[]): number {
    const later = this.#list;
    this.#list = [...wishes];
    return later.reduce((dropped, wish) => dropped + this.add(wish), 0);
  }

  /** The next one, which is taken. */
  next(): Wish | undefined {
    return this.#list.shift();
  }

  clear(): void {
    this.#list = [];
  }

  #dropEvents(): number {
    let dropped = 0;
    while (this.#isTooMuch()) {
      this.#list.splice(
        this.#list.findIndex(({ kind }) => kind === 'event'),
        1,
      );
      dropped += 1;
    }
    return dropped;
  }

  #isTooMuch(): boolean {
    const events = this.#list.filter((wish) => wish.kind === 'event');
    const bytes = events.reduce((sum, event) => sum + event.bytes, 0);
    return events.length > MOST_EVENTS || (events.length > 1 && bytes > MOST_BYTES);
  }
}
