/** Some of an event's messages came for the second time, and are done; no handler was called for the others. */
export const PARTLY_DONE = 'partly_done';

/** What a page answers to an event that asks for an acknowledgement. */
export type Answer =
  | { ok: true }
  | { ok: false; code: 'no_handler' | 'handler_failed'; message?: string }
  | { ok: false; code: typeof PARTLY_DONE; done: string[] };

/** Why an event of a page failed. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** The same may succeed later. */
  readonly retry?: boolean;
}

/** What the sidecar answers to an event of a page that failed. */
export interface FailedAnswer extends Failure {
  readonly ok: false;
}

/** How a client tells what became of an event that brought it messages. */
export interface AnswerWay {
  /** By an acknowledgement, or by the event `ANSWER`. */
  readonly answers: 'acknowledgement' | 'event';
  /**
   * It knows by their ids the messages that it handles or has handled, and calls no handler for a second copy. So the
   * sidecar waits for its answer as long as it is connected.
   */
  readonly parcels: boolean;
}
