/** A session is looked at again after this, more or less, so that pages that came together do not stay together. */
const PERIOD_MS = 40_000;
const JITTER = 0.1;

/** When a session has to be looked at that was at that time. Milliseconds of the monotonic clock. */
export function nextCheck(at: number): number {
  return at + PERIOD_MS * (1 + JITTER * (2 * Math.random() - 1));
}
