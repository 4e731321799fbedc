import { HandlerRun } from '../handlers/handler-run.ts';
import { ANSWER_MS } from './answer-time.ts';

/** Whoever waits for an answer: a link of the clock's list, since one is made for each delivery. */
export abstract class Expectant {
  /** When it has waited for {@link ANSWER_MS}; 0 while it does not wait. */
  due = 0;
  before: Expectant | null = null;
  behind: Expectant | null = null;

  /** It has waited for {@link ANSWER_MS}. */
  abstract overdue(): void;
}

/**
 * Tells those who wait for an answer when it is overdue. All wait equally long, so who came first is due first: one timer
 * is enough, where one for each event would be one for each delivery.
 */
export class AnswerClock {
  #first: Expectant | null = null;
  #last: Expectant | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** It waits from now on. */
  add(expectant: Expectant): void {
    this.delete(expectant);
    expectant.due = performance.now() + ANSWER_MS;
    expectant.before = this.#last;
    if (this.#last === null) this.#first = expectant;
    else this.#last.behind = expectant;
    this.#last = expectant;
    if (this.#timer === null) this.#ringIn(ANSWER_MS);
  }

  /** It waits no more. */
  delete(expectant: Expectant): void {
    if (expectant.due === 0) return;
    const { before, behind } = expectant;
    if (before === null) this.#first = behind;
    else before.behind = behind;
    if (behind === null) this.#last = before;
    else behind.before = before;
    expectant.due = 0;
    expectant.before = null;
    expectant.behind = null;
  }

  #ringIn(milliseconds: number): void {
    // Of the run that happens to send first, nothing is to stay here.
    this.#timer = HandlerRun.outside(() => setTimeout(() => this.#ring(), Math.ceil(milliseconds)));
    // Whoever waits has a connection, which keeps the process: when the last has gone, the timer must not.
    this.#timer.unref();
  }

  #ring(): void {
    const now = performance.now();
    try {
      // Those that go on waiting come behind the others, and are due later.
      while (this.#first !== null && this.#first.due <= now) {
        const expectant = this.#first;
        this.delete(expectant);
        expectant.overdue();
      }
    } finally {
      // Not before: one that goes on waiting would start it for itself, and those before it would wait as long.
      this.#timer = null;
      if (this.#first !== null) this.#ringIn(Math.max(this.#first.due - now, 0));
    }
  }
}
