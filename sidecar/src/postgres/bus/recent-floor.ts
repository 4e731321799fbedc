import type { Snapshot } from '../../delivery/each/log/snapshot.ts';

/** A first visit gets what is younger than this, as Odoo gives it. */
export const RECENT_SECONDS = 50;
/** PostgreSQL's clock may be put forward a little meanwhile. */
const KEPT_MS = (RECENT_SECONDS + 15) * 1_000;
const STEP_MS = 2_500;

/**
 * Knows a transaction that is older than what a first visit gets, so that PostgreSQL need not look at the date of each row
 * of a channel: by date there is no index. Until the sidecar has read for a minute, it has to.
 */
export class RecentFloor {
  readonly #now: () => number;
  #steps: { readonly at: number; readonly xmax: bigint }[] = [];

  /** @param now by the monotonic clock, in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Everything up to that snapshot was read. */
  note({ xmax }: Snapshot): void {
    const now = this.#now();
    if (now - (this.#steps.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < STEP_MS) return;
    this.#steps.push({ at: now, xmax });
    while (now - (this.#steps[1]?.at ?? now) >= KEPT_MS) this.#steps.shift();
  }

  /** Rows of older transactions are too old; 0 if that is not known. */
  get txid(): bigint {
    const [first] = this.#steps;
    return first !== undefined && this.#now() - first.at >= KEPT_MS ? first.xmax : 0n;
  }

  /** The numbers of transactions are those of another server now. */
  clear(): void {
    this.#steps = [];
  }
}
