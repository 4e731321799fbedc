import { Tally } from './tally.ts';

/** The queue messages that this sidecar has in one database. */
export class LeaseCounts {
  /** Those that are leased to this sidecar, as far as it knows. */
  held = 0;
  /** Those of which it took the lease. */
  taken = 0;
  /** Those that were done, and deleted. */
  done = 0;
  /** Given back: since an attempt failed, or without one, as when a page has gone. */
  readonly requeues = new Tally<'failed' | 'returned'>();

  /** So many are this sidecar's now. */
  claimed(count: number): void {
    this.taken += count;
    this.held += count;
  }

  /** So many were deleted, of so many that were held: the others were not this sidecar's any more. */
  acknowledged(count: number, held: number): void {
    this.done += count;
    this.held -= held;
  }

  /** So many that were held went back. @param failed whether that counts as a failed attempt */
  requeued(count: number, failed: boolean): void {
    this.requeues.add(failed ? 'failed' : 'returned', count);
    this.held -= count;
  }
}
