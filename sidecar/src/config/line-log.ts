import type { Log } from '../delivery/log.ts';

/** Where lines go: a stream, or a test's array. */
export type WriteLine = (line: string) => void;

/**
 * Writes log lines as OpenERP does, so that both can be read side by side:
 * `2013-09-08 12:35:19,728 4711 INFO mydb web_socketio: Add namespace: '/longpolling'`.
 */
export class LineLog implements Log {
  readonly #write: WriteLine;
  readonly #pid: number;

  constructor(write: WriteLine, pid: number) {
    this.#write = write;
    this.#pid = pid;
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

  #line(level: string, db: string | null, text: string): void {
    // UTC, as OpenERP sets for its own process.
    const date = new Date().toISOString().replace('T', ' ').replace('.', ',').slice(0, 23);
    this.#write(`${date} ${this.#pid} ${level} ${db ?? '?'} web_socketio: ${text}\n`);
  }
}
