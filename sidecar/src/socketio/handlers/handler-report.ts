import type { AdapterClass } from '../../api/adapter.ts';
import { AbortError, reason, SocketIOError } from '../../api/error.ts';
import type { Problem } from '../../api/problem.ts';
import type { Log, LogDetails, LogFields } from '../../observability/log.ts';
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

/** The socket whose handlers they are. */
export interface ReportedSocket {
  readonly path: string;
  /** Null before its session is known. */
  readonly client: ReportedClient | null;
}

/** What the log and the metrics say of the handlers of one socket. */
export class HandlerReport implements RunsOwner {
  readonly #log: Log;
  readonly #socket: ReportedSocket;

  constructor(log: Log, socket: ReportedSocket) {
    this.#log = log;
    this.#socket = socket;
  }

  warn(handler: Reported, problem: Problem | SocketIOError, details: LogDetails = {}): void {
    this.#log.warn(this.#db, problem, { ...this.#about(handler), ...details });
  }

  /** A handler neither ends nor waits for messages. */
  stuck(handler: Reported, seconds: number): void {
    const message = `The handler has run for at least ${seconds} s and does not wait for messages. Look for an await that never ends`;
    this.warn(handler, { code: 'handler_stuck', message });
  }

  /** A handler threw. That it was ended is nobody's failure. @param again whether it is started again, until it works */
  failed(handler: Reported, error: unknown, again = false): void {
    if (error instanceof AbortError) return;
    const next = again ? { next: 'It listens for messages: it is started again until it works.' } : {};
    if (error instanceof SocketIOError) {
      this.warn(handler, error, next);
    } else {
      const stack = error instanceof Error ? error.stack : undefined;
      this.warn(handler, { code: 'handler_failed', message: reason(error) }, { ...next, stack });
    }
  }

  happened(what: HandlerCount): void {
    this.#socket.client?.gateway.count(what);
  }

  recovered(handler: Reported, failures: number): void {
    const text = `The handler works again; it had failed ${failures === 1 ? 'once' : `${failures} times`}`;
    this.#log.info(this.#db, text, this.#about(handler));
  }

  forgot(handler: Reported, { channel }: AdapterClass): void {
    const message = `The handler ended without secureEmit or validate: its messages of the queue '${channel}' are requeued`;
    this.warn(handler, { code: 'validate_missing', message }, { channel });
  }

  get #db(): string | null {
    return this.#socket.client?.session.db ?? null;
  }

  #about({ label, addon }: Reported): LogFields {
    return { path: this.#socket.path, event: label, addon, user: this.#socket.client?.session.uid ?? null };
  }
}
