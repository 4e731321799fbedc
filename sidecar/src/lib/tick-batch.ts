import { Sleep } from './sleep.ts';

interface Question<Result> {
  readonly keys: readonly string[];
  resolve(answers: ReadonlyMap<string, Result>): void;
  reject(error: unknown): void;
}

/**
 * Answers many questions with few queries: all that is asked in one turn of the event loop, or while a query is under
 * way, shares the next one. One by one, claims came to 140–310 a second; in hundreds to 28,000.
 */
export class TickBatch<Result> {
  readonly #ask: (keys: string[]) => Promise<ReadonlyMap<string, Result>>;
  readonly #most: number;
  readonly #gatherMs: number;
  #waiting: Question<Result>[] = [];
  #busy = false;

  /**
   * @param ask one query for many keys; a key that is missing from its answer has none
   * @param most keys in one query, unless a single question has more
   * @param gatherMs how long the next query waits for more after one with several keys, in milliseconds: where many ask, one
   *   after the other, more of them share it
   */
  constructor(
    ask: (keys: string[]) => Promise<ReadonlyMap<string, Result>>,
    { most = 1_000, gatherMs = 0 }: { readonly most?: number; readonly gatherMs?: number } = {},
  ) {
    this.#ask = ask;
    this.#most = most;
    this.#gatherMs = gatherMs;
  }

  /** The answer for one key; undefined if there is none. Rejects with what the query was rejected with. */
  ask(key: string): Promise<Result | undefined> {
    // Asked for each page that comes: one promise, too.
    return new Promise((resolve, reject) => {
      this.#add({ keys: [key], resolve: (answers) => resolve(answers.get(key)), reject });
    });
  }

  /** Those of the keys that have an answer, with it. */
  async askAll(keys: readonly string[]): Promise<Map<string, Result>> {
    // One promise for all of them: of a million messages, a promise for each was most of the garbage.
    const answers = await new Promise<ReadonlyMap<string, Result>>((resolve, reject) => {
      this.#add({ keys, resolve, reject });
    });
    const its = new Map<string, Result>();
    for (const key of keys) {
      const answer = answers.get(key);
      if (answer !== undefined) its.set(key, answer);
    }
    return its;
  }

  #add(question: Question<Result>): void {
    this.#waiting.push(question);
    if (this.#busy) return;
    this.#busy = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const asked = this.#next();
      try {
        const answers = await this.#ask([...new Set(asked.flatMap(({ keys }) => keys))]);
        for (const one of asked) one.resolve(answers);
      } catch (error) {
        for (const one of asked) one.reject(error);
      }
      if (this.#gatherMs > 0 && asked.length > 1) await new Sleep(this.#gatherMs).over;
    }
    this.#busy = false;
  }

  /** The questions of the next query. */
  #next(): Question<Result>[] {
    let count = 0;
    let keys = 0;
    for (const question of this.#waiting) {
      if (count > 0 && keys + question.keys.length > this.#most) break;
      keys += question.keys.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}
