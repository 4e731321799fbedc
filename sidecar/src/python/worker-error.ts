import { AbortError, SocketIOError } from '../api/error.ts';
import { ERROR_CODES, type ErrorCode } from '../api/error-codes/catalogue.ts';
import { ForeignError } from '../api/foreign-error.ts';
import type { Message } from '../api/message.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import { field } from '../lib/field.ts';
import { MOST_LEVELS } from './nesting.ts';

/** What a handler threw in Python. The worker's own log has where: it is not repeated here. */
class PythonError extends ForeignError {
  constructor(name: string, message: string) {
    super(message === '' ? name : `${name}: ${message}`, "the Python worker's log");
    this.name = name;
    // That of the sidecar would lead nowhere.
    delete this.stack;
  }
}

/** Nobody is there to run a handler in Python. */
export function workerUnavailable(db: string): SidecarError {
  return new SidecarError(
    'worker_unavailable',
    `No Python worker of '${db}' is connected now. Start one, or see its log, and send it again.`,
  );
}

/** A message that no line of the link can hold. */
export function unfitError({ id, channel }: Message): SidecarError {
  return new SidecarError(
    'link_message_too_large',
    `Message ${id} of '${channel}' is too large for the link of a Python worker, which takes 16 MiB at once, or nested deeper than ${MOST_LEVELS} levels. Send an id, and let the handler read the rest by the ORM.`,
  );
}

/** Arguments of an event that no worker could read. */
export function tooDeepError(event: string | number): SidecarError {
  return new SidecarError(
    'event_invalid',
    `The arguments of ${typeof event === 'string' ? `'${event}'` : 'the event'} are nested deeper than ${MOST_LEVELS} levels. Send flatter ones.`,
  );
}

/** How a run ended that did not return. Outside data, named here. */
export function toError(thrown: Readonly<Record<string, unknown>>): Error {
  if (field(thrown, 'ended') === true) return new AbortError();
  const name = textOf(thrown, 'name', 'Exception');
  const message = textOf(thrown, 'message', '');
  const code = field(thrown, 'code');
  if (typeof code !== 'string' || code === '') return new PythonError(name, message);
  const retry = field(thrown, 'retry') === true;
  if (code === 'handler_result') return new SidecarError('handler_result', message);
  // One of the sidecar's own, which the handler did not catch. The last is for nobody else: it says that a link has gone.
  if (isErrorCode(code) && code !== 'worker_unavailable') return new SidecarError(code, message, { retry });
  return new SocketIOError(code, message, { retry, isTold: field(thrown, 'told') !== false });
}

/** Why an adapter's `get` failed. */
export function toChoiceError(failure: unknown): Error {
  const name = textOf(failure, 'name', 'Exception');
  const message = textOf(failure, 'message', '');
  return name === 'adapter_choice'
    ? new SidecarError('adapter_choice', message)
    : new PythonError(name, message);
}

function textOf(data: unknown, name: string, otherwise: string): string {
  const text = field(data, name);
  return typeof text === 'string' ? text : otherwise;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
