import type { Queryable } from '../postgres/connect/pool.ts';
import { readDeclared } from '../postgres/tables/worker-table.ts';

/** What the Python workers of a database declared that ran last. Read once: from then on workers say themselves what they have. */
export class PastDeclarations {
  readonly #pool: Queryable;
  readonly #tell: (declared: readonly unknown[]) => void;
  #reading: Promise<void> | null = null;
  #isKnown = false;

  /** @param tell told what was declared, as each worker wrote it */
  constructor(pool: Queryable, tell: (declared: readonly unknown[]) => void) {
    this.#pool = pool;
    this.#tell = tell;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Reads it, unless it is known. If that fails, the next call tries again. */
  async read(): Promise<void> {
    this.#reading ??= readDeclared(this.#pool).then((declared) => {
      this.#tell(declared);
      this.#isKnown = true;
    });
    await this.#reading.catch(() => {
      this.#reading = null;
    });
  }
}
