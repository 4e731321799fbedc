import type { AdapterClass } from '../../api/adapter.ts';
import { AbortError, reason, SocketIOError } from '../../api/error.ts';
import type { Log } from '../../observability/log.ts';
import type { Gateway } from '../gateway.ts';
import type { RunsOwner } from './handler-runs.ts';
import type { HandlerCount } from './handler-task.ts';

/** Whose handler it is. */
export interface Reported {
  readonly label: string;
  readonly addon: string;
}

/** The client whose handlers they are. */
export interface ReportedClient {
  readonly session: { readonly db: string; readonly uid: number };
  readonly gateway: Pick<Gateway, 'count'>;
}

/** What the log and the metrics say of the handlers of one socket. */
export class HandlerReport implements RunsOwner {
  readonly #log: Log;
  readonly #path: string;
  readonly #client: () => ReportedClient | null;

  constructor(log: Log, path: string, client: () => ReportedClient | null) {
    this.#log = log;
    this.#path = path;
    this.#client = client;
  }

  warn(handler: Reported, text: string): void {
    this.#log.warn(this.#client()?.session.db ?? null, this.#about(handler, text));
  }

  /** A handler neither ends nor waits for messages. */
  stuck(handler: Reported, seconds: number): void {
    const text = `has run for at least ${seconds} s and waits for something else than messages. Look for an await without an end in it`;
    this.warn(handler, `handler_stuck: ${text}`);
  }

  /** A handler threw. That it was ended is nobody's failure. @param again whether it is started again, until it works */
  failed(handler: Reported, error: unknown, again = false): void {
    if (error instanceof AbortError) return;
    const isNamed = error instanceof SocketIOError;
    const stack = error instanceof Error && !isNamed ? `\n${error.stack}` : '';
    const text = reason(error);
    const fate = again
      ? `${/[.!?]$/.test(text) ? '' : '.'} It listens for messages: it is started again until it works.`
      : '';
    this.warn(handler, `${isNamed ? error.code : 'handler_failed'}: ${text}${fate}${stack}`);
  }

  happened(what: HandlerCount): void {
    this.#client()?.gateway.count(what);
  }

  recovered(handler: Reported, failures: number): void {
    const text = `works again; it had failed ${failures === 1 ? 'once' : `${failures} times`}`;
    this.#log.info(this.#client()?.session.db ?? null, this.#about(handler, text));
  }

  forgot(handler: Reported, { channel }: AdapterClass): void {
    const text = `ended without secureEmit or validate: its messages of the queue '${channel}' are put back`;
    this.warn(handler, text);
  }

  #about({ label, addon }: Reported, text: string): string {
    const client = this.#client();
    const user = client === null ? 'no user yet' : `user ${client.session.uid}`;
    return `${this.#path} event '${label}' of addon '${addon}', ${user}: ${text}`;
  }
}
