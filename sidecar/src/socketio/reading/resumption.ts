import { SocketIOError } from '../../api/error.ts';
import { HandlerRun } from '../handlers/handler-run.ts';

/** What a page is told of its subscriptions: `again` if some of them failed in a way that may pass. */
export interface Resumed {
  readonly again: boolean;
}

/**
 * The time in which a page that comes back subscribes anew. What it watches is read when that is over: read before, what
 * it missed of a record would be passed over, since nobody has asked for that record yet.
 *
 * The page subscribes by events, instead of naming what it watched: only the addon's handler knows what this user may
 * watch, and a list that a page keeps is one that a page can write.
 */
export class Resumption {
  /** Made when they are needed, as below: thousands of sockets subscribe to nothing. */
  #pending: Set<HandlerRun> | null = null;
  #waiting: Set<() => void> | null = null;
  #over: boolean;
  #failed = false;
  #answer: ((resumed: Resumed) => void) | null = null;

  /** @param expected whether the page says that it subscribes; for others it is over before it begins */
  constructor(expected: boolean) {
    this.#over = !expected;
  }

  get over(): boolean {
    return this.#over;
  }

  /** The same handler, which may watch something: until it has ended or listens, this is not over. */
  covers(handler: () => unknown): () => unknown {
    if (this.#over || !this.#mayBeAwaited(HandlerRun.current())) return handler;
    return () => {
      const run = HandlerRun.current();
      if (run === undefined) return handler();
      this.#pending ??= new Set();
      this.#pending.add(run);
      return this.#follow(run, handler);
    };
  }

  /** A handler listens: what it does before is done. */
  listens(run: HandlerRun | undefined): void {
    // Those that run because the page connected are not waited for, and answer no event.
    if (run === undefined || run.fromBase) return;
    this.#settle(run);
  }

  /** An event was one too many, which its page sends again: it may be a subscription. */
  refused(): void {
    this.#failed = true;
  }

  /** The page has subscribed to all that it wants. @param answer called when that has been handled */
  complete(answer: (resumed: Resumed) => void): void {
    this.#answer = answer;
    this.#look();
  }

  /** Calls back when it is over. @returns calls that off */
  wait(then: () => void): () => void {
    if (this.#over) {
      then();
      return () => undefined;
    }
    this.#waiting ??= new Set();
    this.#waiting.add(then);
    return () => void this.#waiting?.delete(then);
  }

  /** Not what the page sends after its subscriptions: of that there may be no end. But what one of these starts. */
  #mayBeAwaited(starting: HandlerRun | undefined): boolean {
    return this.#answer === null || (starting !== undefined && this.#pending?.has(starting) === true);
  }

  async #follow(run: HandlerRun, handler: () => unknown): Promise<unknown> {
    try {
      return await handler();
    } catch (error) {
      if (error instanceof SocketIOError && error.retry && this.#pending?.has(run)) this.#failed = true;
      throw error;
    } finally {
      // After the answer to its event: the page has to know which of its subscriptions failed.
      void run.done.then(() => this.#settle(run));
    }
  }

  #settle(run: HandlerRun): void {
    if (this.#pending?.delete(run)) this.#look();
  }

  #look(): void {
    const answer = this.#answer;
    if (answer === null || (this.#pending !== null && this.#pending.size > 0)) return;
    this.#answer = null;
    const again = this.#failed && !this.#over;
    this.#failed = false;
    if (!again) {
      this.#over = true;
      for (const then of this.#waiting ?? []) then();
      this.#waiting = null;
    }
    answer({ again });
  }
}
