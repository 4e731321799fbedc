/** Bounds of a series of retries, in milliseconds. */
export interface RetryBounds {
  minMs: number;
  maxMs: number;
}

/** Retries of a page: from about a second up to anything within half a minute. */
export const RETRY: RetryBounds = { minMs: 1_000, maxMs: 30_000 };
/** Odoo works and refuses a token: most likely until the user does something about it. */
export const REFUSED_RETRY: RetryBounds = { minMs: 1_000, maxMs: 15 * 60_000 };

/**
 * How long to wait before the next try, after `failures` failed ones in a row.
 *
 * Every page of a company loses its server in the same second. Only a delay that is random over its whole range keeps
 * them from coming back in one second as well; doubling alone would move the crowd, not dissolve it. With the default
 * bounds the ceilings are 2, 4, 8, 16, 30, 30, … seconds.
 */
export function retryDelay(failures: number, { minMs, maxMs }: RetryBounds = RETRY): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** (Math.min(failures, 20) + 1));
  return minMs + Math.random() * Math.max(0, ceiling - minMs);
}

/** Calls `action` when the time has passed. @returns calls it off */
export function after(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}
