import { jsonLine } from './json-line.ts';
import type { Log } from './log.ts';

/** Where lines go: a stream, or a test's array. */
export type WriteLine = (line: string) => void;

/** What one line says. */
export interface LogEntry {
  readonly date: Date;
  readonly level: 'INFO' | 'WARNING' | 'ERROR';
  readonly pid: number;
  readonly db: string | null;
  readonly text: string;
}

/** The forms that a line can have. */
const FORMATS = { odoo: odooLine, json: jsonLine };

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

  info(db: string | null, text: string): void {
    this.#line('INFO', db, text);
  }

  warn(db: string | null, text: string): void {
    this.#line('WARNING', db, text);
  }

  error(db: string | null, text: string): void {
    this.#line('ERROR', db, text);
  }

  #line(level: LogEntry['level'], db: string | null, text: string): void {
    this.#write(`${this.#format({ date: new Date(), level, pid: this.#pid, db, text })}\n`);
  }
}

/**
 * As Odoo writes them, so that both can be read side by side:
 * `2013-09-08 12:35:19,728 4711 INFO mydb web_socketio: Add namespace: '/longpolling'`.
 */
function odooLine({ date, level, pid, db, text }: LogEntry): string {
  // UTC, as Odoo sets for its own process.
  const time = date.toISOString().replace('T', ' ').replace('.', ',').slice(0, 23);
  return `${time} ${pid} ${level} ${db ?? '?'} web_socketio: ${text}`;
}
