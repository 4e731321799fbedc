/** A server of Odoo's bus under test. */
export interface BusServer {
  readonly name: string;
  /** Starts it, or starts it anew: what it knew is forgotten. Resolves when it would serve a browser at once. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Where browsers connect, once it has started. */
  readonly url: string;
  /** Its process and those that work for it, but for PostgreSQL. */
  processes(): Promise<readonly number[]>;
  /** The memory that its processes hold, in kilobytes. */
  readMemory(): Promise<number>;
  /** Which of PostgreSQL's connections are its own, by their `application_name`. */
  readonly application: string;
}
