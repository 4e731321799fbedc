import type { BusSubscriptions, Visitor } from './bus-client.ts';

/** How old Odoo's answer may be before it is asked again because of a page of another version. */
const FRESH_MS = 5_000;

/**
 * Whether pages run the script that Odoo has. A page of another version may be older than Odoo, or Odoo newer than what it
 * told: so it is asked before a page is sent away, and not for each of thousands that come back after an update.
 */
export class VersionCheck {
  readonly #subscriptions: Pick<BusSubscriptions, 'facts' | 'askFacts'>;
  readonly #now: () => number;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<unknown> | null = null;

  /** @param now the monotonic clock, in milliseconds */
  constructor(
    subscriptions: Pick<BusSubscriptions, 'facts' | 'askFacts'>,
    now: () => number = () => performance.now(),
  ) {
    this.#subscriptions = subscriptions;
    this.#now = now;
  }

  /** @returns whether the page may stay; a promise if Odoo has to be asked */
  check(visitor: Visitor): boolean | Promise<boolean> {
    // Programs do not name one: devices of the point of sale, for example.
    if (!visitor.hasUserAgent || this.#agrees(visitor) === true) return true;
    const isFresh = this.#now() - this.#askedAt < FRESH_MS;
    if (isFresh && this.#asking === null) return this.#agrees(visitor) ?? true;
    return this.#ask(visitor);
  }

  async #ask(visitor: Visitor): Promise<boolean> {
    this.#asking ??= this.#subscriptions.askFacts(visitor).finally(() => {
      this.#asking = null;
      this.#askedAt = this.#now();
    });
    await this.#asking;
    // If it cannot be asked now, its first answer will tell.
    return this.#agrees(visitor) ?? true;
  }

  /** @returns null while nothing is known */
  #agrees({ version }: Visitor): boolean | null {
    const { facts } = this.#subscriptions;
    return facts === null ? null : facts.version === null || facts.version === version;
  }
}
