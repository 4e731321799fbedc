import { FAILURE } from '../../../protocol/events.ts';
import { AbortError, SocketIOError } from '../../api/error.ts';
import { type Acknowledge, toFailure } from './event-answer.ts';
import type { HandlerReport, Reported } from './handler-report.ts';

/** What one socket's page is told of the events that it sends. */
export class Answers {
  readonly #report: HandlerReport;
  readonly #emit: (event: string, args: readonly unknown[]) => void;

  constructor(report: HandlerReport, emit: (event: string, args: readonly unknown[]) => void) {
    this.#report = report;
    this.#emit = emit;
  }

  /** A value that JSON does not have, such as a BigInt, is a failure of the handler. */
  give(handler: Reported, value: unknown, acknowledge: Acknowledge | null): void {
    try {
      acknowledge?.(value);
    } catch (error) {
      if (!this.refuse(handler.label, error, acknowledge)) this.#report.failed(handler, error);
    }
  }

  /**
   * @param again whether the page may send the event again, if the error says that this may help
   * @returns whether the page was told all of it
   */
  refuse(event: string, error: unknown, acknowledge: Acknowledge | null, again = true): boolean {
    const failure = toFailure(error, again);
    if (acknowledge !== null) acknowledge({ ok: false, ...failure });
    else if (!(error instanceof AbortError)) this.#emit(FAILURE, [{ event, ...failure }]);
    return error instanceof SocketIOError && error.isTold;
  }
}
