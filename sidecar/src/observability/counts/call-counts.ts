import { CodeTally } from './code-tally.ts';
import { Durations } from './durations.ts';

/** The model calls that one database's pages and server modules make of Odoo. */
export class CallCounts {
  /** From the turn of a call to Odoo's answer, with its repetitions. */
  readonly durations = new Durations();
  /** How long calls waited for their turn. */
  readonly waits = new Durations();
  /** Those that failed, by code. */
  readonly errors = new CodeTally();
}
