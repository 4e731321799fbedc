import type { SocketIOError } from '../api/error.ts';
import type { Problem } from '../api/problem.ts';
import { jsonLine } from './json-line.ts';
import type { Log, LogDetails, LogFields } from './log.ts';
import type { LogEntry } from './log-entry.ts';
import { textLine } from './text-line.ts';

/** Where lines go: a stream, or a test's array. */
export type WriteLine = (line: string) => void;

/** The forms that a line can have. */
const FORMATS = { odoo: textLine, json: jsonLine };

export type LogFormat = keyof typeof FORMATS;

/** Writes log lines, in Odoo's own form or as JSON. */
export class LineLog implements Log {
  readonly #write: WriteLine;
  readonly #pid: number;
  readonly #format: (entry: LogEntry) => string;

  constructor(write: WriteLine, pid: number, format: LogFormat = 'odoo') {
    this.#write = write;
    this.#pid = pid;
    this.#format = FORMATS[format];
  }

  info(db: string | null, message: string, fields: LogFields = {}): void {
    this.#line({ level: 'INFO', db, code: null, message, stack: null, fields });
  }

  warn(db: string | null, problem: Problem | SocketIOError, details: LogDetails = {}): void {
    this.#problem('WARNING', db, problem, details);
  }

  error(db: string | null, problem: Problem | SocketIOError, details: LogDetails = {}): void {
    this.#problem('ERROR', db, problem, details);
  }

  #problem(
    level: LogEntry['level'],
    db: string | null,
    said: Problem | SocketIOError,
    details: LogDetails,
  ): void {
    const { next, stack = null, ...fields } = details;
    const { code, message } = said;
    this.#line({
      level,
      db,
      code,
      message: next === undefined ? message : follow(message, next),
      stack,
      fields,
    });
  }

  #line(said: Omit<LogEntry, 'date' | 'pid'>): void {
    this.#write(`${this.#format({ ...said, date: new Date(), pid: this.#pid })}\n`);
  }
}

/** Messages of others' errors are seldom whole sentences. */
function follow(message: string, next: string): string {
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${next}`;
}
