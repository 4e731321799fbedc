import type { BusReply } from './bus-ask.ts';
import type { Visitor } from './bus-client.ts';
import type { BusFacts } from './bus-facts.ts';

/** For so long it is believed that Odoo is what it said: who makes up versions does not make Odoo answer each of them. */
const FRESH_MS = 1_000;
/** Nor does who makes up hosts, under which Odoo opens nothing. */
const MOST_ASKING = 4;

/** What Odoo says of its bus, as of late. */
export class OdooFacts {
  readonly #changed: () => void;
  readonly #asking = new Map<string | null, Promise<BusFacts | null>>();
  #last: BusFacts | null = null;
  #learnedAt = Number.NEGATIVE_INFINITY;

  /** @param changed pages need another version from now on */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get last(): BusFacts | null {
    return this.#last;
  }

  /** Odoo said so just now. */
  learn(facts: BusFacts): void {
    const isChange = this.#last?.version !== facts.version;
    this.#last = facts;
    this.#learnedAt = performance.now();
    if (isChange) this.#changed();
  }

  /** Has it asked under that address, unless it has just said so. @returns null if it cannot be asked now */
  ask(origin: string | null, ask: () => Promise<BusReply>): Promise<BusFacts | null> {
    if (performance.now() - this.#learnedAt < FRESH_MS) return Promise.resolve(this.#last);
    const known = this.#asking.get(origin);
    if (known !== undefined) return known;
    if (this.#asking.size >= MOST_ASKING) return Promise.resolve(null);
    const asking = ask()
      .then(
        ({ facts }) => {
          this.learn(facts);
          return facts;
        },
        // Why, the database has said.
        () => null,
      )
      .finally(() => this.#asking.delete(origin));
    this.#asking.set(origin, asking);
    return asking;
  }

  /** Whether a page runs a script of another version. Programs other than browsers name none. */
  isOutdated({ hasUserAgent, version }: Visitor): boolean {
    const wanted = this.#last?.version ?? null;
    return hasUserAgent && wanted !== null && version !== wanted;
  }
}
