/** What Odoo says of its own WebSockets. */
export interface BusFacts {
  /** Of the script that pages run, such as `19.0-2`; null if Odoo has none, as 16.0. */
  readonly version: string | null;
  /** So many frames may come at once. */
  readonly rateLimitBurst: number;
  /** Seconds between two of them otherwise. */
  readonly rateLimitDelay: number;
  /** Seconds, before a socket has to come back by another connection. */
  readonly keepAliveTimeout: number;
}

/** Odoo's own defaults, until it has told others. */
export const USUAL_FACTS: BusFacts = {
  version: null,
  rateLimitBurst: 10,
  rateLimitDelay: 0.2,
  keepAliveTimeout: 3_600,
};
