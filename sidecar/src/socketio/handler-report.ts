import { AbortError, reason, SocketIOError } from '../api/error.ts';
import type { Session } from '../api/host.ts';
import type { Log } from '../delivery/log.ts';

/** Whose handler it is. */
export interface Reported {
  readonly label: string;
  readonly addon: string;
}

/** What the log says of the handlers of one socket. */
export class HandlerReport {
  readonly #log: Log;
  readonly #path: string;
  readonly #session: () => Session | null;

  constructor(log: Log, path: string, session: () => Session | null) {
    this.#log = log;
    this.#path = path;
    this.#session = session;
  }

  warn({ label, addon }: Reported, text: string): void {
    const session = this.#session();
    const user = session === null ? 'no user yet' : `user ${session.uid}`;
    this.#log.warn(
      session?.db ?? null,
      `${this.#path} event '${label}' of addon '${addon}', ${user}: ${text}`,
    );
  }

  /** A handler neither ends nor waits for messages. */
  stuck(handler: Reported, seconds: number): void {
    const text = `has run for at least ${seconds} s and waits for something else than messages. Look for an await without an end in it`;
    this.warn(handler, `handler_stuck: ${text}`);
  }

  /** A handler threw. That it was ended is nobody's failure. */
  failed(handler: Reported, error: unknown): void {
    if (error instanceof AbortError) return;
    const isNamed = error instanceof SocketIOError;
    const stack = error instanceof Error && !isNamed ? `\n${error.stack}` : '';
    this.warn(handler, `${isNamed ? error.code : 'handler_failed'}: ${reason(error)}${stack}`);
  }
}
