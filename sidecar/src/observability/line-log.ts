import type { SocketIOError } from '../api/error.ts';
import type { Problem } from '../api/problem.ts';
import { jsonLine } from './json-line.ts';
import type { Log, LogDetails } from './log.ts';
import type { LogEntry } from './log-entry.ts';
import { isWritten, LEVEL_WORDS, type LogLevel } from './log-level.ts';
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
  readonly #least: LogLevel;

  /** @param least what is below that level is not written */
  constructor(write: WriteLine, pid: number, format: LogFormat = 'odoo', least: LogLevel = 'info') {
    this.#write = write;
    this.#pid = pid;
    this.#format = FORMATS[format];
    this.#least = least;
  }

  debug(db: string | null, said: string | Problem | SocketIOError, details: LogDetails = {}): void {
    this.#say('debug', db, said, details);
  }

  info(db: string | null, said: string | Problem | SocketIOError, details: LogDetails = {}): void {
    this.#say('info', db, said, details);
  }

  warn(db: string | null, problem: Problem | SocketIOError, details: LogDetails = {}): void {
    this.#say('warn', db, problem, details);
  }

  error(db: string | null, problem: Problem | SocketIOError, details: LogDetails = {}): void {
    this.#say('error', db, problem, details);
  }

  #say(
    level: LogLevel,
    db: string | null,
    said: string | Problem | SocketIOError,
    details: LogDetails,
  ): void {
    if (!isWritten(level, this.#least)) return;
    const { next, stack = null, ...fields } = details;
    const { code, message } = typeof said === 'string' ? { code: null, message: said } : said;
    const entry = {
      ...{ date: new Date(), level: LEVEL_WORDS[level], pid: this.#pid, db, code, stack, fields },
      message: next === undefined ? message : follow(message, next),
    };
    this.#write(`${this.#format(entry)}\n`);
  }
}

/** Messages of others' errors are seldom whole sentences. */
function follow(message: string, next: string): string {
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${next}`;
}
