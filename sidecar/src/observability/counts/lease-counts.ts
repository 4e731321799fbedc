import { Tally } from './tally.ts';

/** The queue messages that this sidecar has in one database. */
export class LeaseCounts {
  /** Those that are leased to this sidecar, as far as it knows. */
  held = 0;
  /** Given back: since an attempt failed, or without one, as when a page has gone. */
  readonly requeued = new Tally<'failed' | 'returned'>();
}
