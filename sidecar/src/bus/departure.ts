import type { Question, Questioner } from './ask-queue.ts';
import type { Asker } from './bus-ask.ts';

const MOST_ATTEMPTS = 10;

/** Somebody whose last socket is gone, of which Odoo has to hear. */
export class Departure implements Questioner {
  readonly origin: string | null;
  readonly #asker: Asker;
  readonly #isBack: () => boolean;
  readonly #ask: (departure: Departure) => void;
  #left = MOST_ATTEMPTS;

  /** @param ask puts it into the queue */
  constructor(
    origin: string | null,
    asker: Asker,
    isBack: () => boolean,
    ask: (departure: Departure) => void,
  ) {
    this.origin = origin;
    this.#asker = asker;
    this.#isBack = isBack;
    this.#ask = ask;
  }

  take(): readonly Question[] {
    if (this.#isBack()) return [];
    return [{ ask: { ...this.#asker, kind: 'closed' }, bytes: 1_000 }];
  }

  /** Whatever it was: nobody is there who could be told. */
  answered(): void {}

  putBack(): void {
    this.#ask(this);
  }

  lost(): void {
    this.#left -= 1;
    if (this.#left > 0) this.#ask(this);
  }
}
