import type { ErrorCode } from '../api/error-codes/catalogue.ts';

/** What is looked at when somebody asks, of one database. What happens is counted as it happens: see `DatabaseCounts`. */
export interface DatabaseGauges {
  readonly db: string;
  readonly connected: boolean;
  /** True while commits wake the sidecar up, false while it reads all the time because messages come fast. */
  readonly armed: boolean;
  /** Why it is not served, and what of it fails. */
  readonly problems: readonly ErrorCode[];
  /** Model calls that run, and that wait for their turn. */
  readonly calls: { readonly running: number; readonly waiting: number };
  /** How many Python workers are connected, and how many handlers run in them. */
  readonly workers: number;
  readonly workerRuns: number;
  /** Sockets that hear something of Odoo's bus; null if its bus is not served. */
  readonly busListeners: number | null;
}

/** All that is looked at. */
export interface Gauges {
  readonly databases: readonly DatabaseGauges[];
  readonly pages: number;
  /** Connections to Odoo's bus, of whatever database. */
  readonly busSockets: number;
}
