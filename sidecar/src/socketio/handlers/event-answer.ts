import type { Failure } from '../../../protocol/answer.ts';
import { AbortError, SocketIOError } from '../../api/error.ts';
import { ForeignError } from '../../api/foreign-error.ts';

/** Answers an event whose sender wants to know what became of it. */
export type Acknowledge = (answer?: unknown) => void;

/** Takes the acknowledgement off an event's arguments: the browser wants one if the last of them is a function. */
export function splitAcknowledge(args: readonly unknown[]): [readonly unknown[], Acknowledge | null] {
  const last = args.at(-1);
  if (typeof last !== 'function') return [args, null];
  const acknowledge: Acknowledge = (answer) => {
    // Not `last(undefined)`, which JSON turns into null.
    if (answer === undefined) last();
    else last(answer);
  };
  return [args.slice(0, -1), acknowledge];
}

/**
 * What a browser may learn of what a handler threw: the code of a `SocketIOError`, and its message if that may be told.
 * Of any other error, nothing.
 *
 * @param again whether to say that it may succeed later, if the error says so
 */
export function toFailure(error: unknown, again = false): Failure {
  const log = error instanceof ForeignError ? error.log : "the sidecar's log";
  const hidden = `The handler failed: see ${log}.`;
  if (error instanceof AbortError) return { code: 'event_stopped', message: 'The handler was stopped.' };
  if (!(error instanceof SocketIOError)) return { code: 'handler_failed', message: hidden };
  const { code, message, retry, isTold } = error;
  const failure = { code, message: isTold ? message : hidden };
  return retry && again ? { ...failure, retry } : failure;
}
