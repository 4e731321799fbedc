import { FAILURE } from '../../../protocol/events.ts';
import { AbortError, SocketIOError } from '../../api/error.ts';
import type { EventCounts } from '../../observability/counts/event-counts.ts';
import { type Acknowledge, toFailure } from './event-answer.ts';
import type { HandlerReport, Reported } from './handler-report.ts';
import type { CountedStarting, Ending } from './handler-task.ts';

/** The socket whose page it is. */
export interface AnsweredSocket {
  emit(event: string, args: readonly unknown[]): void;
}

/** What one socket's page is told of the events that it sends. */
export class Answers {
  readonly #report: HandlerReport;
  readonly #socket: AnsweredSocket;

  constructor(report: HandlerReport, socket: AnsweredSocket) {
    this.#report = report;
    this.#socket = socket;
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
    else if (!(error instanceof AbortError)) this.#socket.emit(FAILURE, [{ event, ...failure }]);
    return error instanceof SocketIOError && error.isTold;
  }
}

/**
 * An event that is handled: as what its handler runs, and how its sender hears of the end. One object for both, and a class,
 * since a handler that listens keeps it as long as the socket is there.
 */
export class HandledEvent implements CountedStarting, Ending {
  readonly label: string;
  readonly addon: string;
  readonly startSeq: number | null;
  readonly counts: EventCounts;
  readonly #start = performance.now();
  readonly #answers: Answers;
  readonly #acknowledge: Acknowledge | null;

  /** @param acknowledge null if its sender wants no answer */
  constructor(
    { label, addon, startSeq, counts }: CountedStarting,
    answers: Answers,
    acknowledge: Acknowledge | null,
  ) {
    this.label = label;
    this.addon = addon;
    this.startSeq = startSeq;
    this.counts = counts;
    this.#answers = answers;
    this.#acknowledge = acknowledge;
  }

  get fromBase(): boolean {
    return false;
  }

  get ending(): Ending {
    return this;
  }

  get isAnswered(): boolean {
    return this.#acknowledge !== null;
  }

  returned(value: unknown, listened: boolean): void {
    this.#took(listened);
    this.#answers.give(this, value, this.#acknowledge);
  }

  /** What is started again here need not be asked for again. */
  threw(error: unknown, again: boolean, listened: boolean): boolean {
    this.#took(listened);
    return this.#answers.refuse(this.label, error, this.#acknowledge, !again);
  }

  /** What waits for messages takes as long as its page is there, which says nothing. */
  #took(listened: boolean): void {
    if (!listened) this.counts.durations.add(performance.now() - this.#start);
  }
}
