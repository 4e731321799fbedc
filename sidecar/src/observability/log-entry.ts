import type { LogFields } from './log.ts';
import type { LEVEL_WORDS, LogLevel } from './log-level.ts';

/** What one line says. */
export interface LogEntry {
  readonly date: Date;
  readonly level: (typeof LEVEL_WORDS)[LogLevel];
  readonly pid: number;
  readonly db: string | null;
  /** Null if nothing is wrong. */
  readonly code: string | null;
  /** May have several lines. */
  readonly message: string;
  readonly stack: string | null;
  readonly fields: LogFields;
}
