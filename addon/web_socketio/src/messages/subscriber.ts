import type { Answer } from '../../../../sidecar/protocol/answer.ts';
import { FAILURE } from '../../../../sidecar/protocol/events.ts';
import { after } from '../reconnecting/retry-delay.ts';
import { describeFailure, isFailure } from './failed-answer.ts';

/** A function that an addon registers for an event. `unknown[]` would refuse handlers that name their arguments' types. */
export type Handler = (...args: never[]) => unknown;
/** Called when the namespace is connected again. */
export type ReconnectMethod = () => unknown;
/** Called when the connection is lost or ended, with the reason. */
export type DisconnectMethod = (reason: string) => unknown;

interface Registration {
  handler: Handler;
  once: boolean;
}

/** What one `SocketIO` object wants to hear from its namespace. */
export class Subscriber {
  readonly reconnectMethods: ReconnectMethod[] = [];
  readonly disconnectMethods: DisconnectMethod[] = [];
  readonly #registrations = new Map<string, Registration[]>();

  /** Registers a handler; the same one twice is called twice. */
  add(event: string, handler: Handler, once: boolean): void {
    this.#registrations.set(event, [...this.#of(event), { handler, once }]);
  }

  /** Removes one handler of an event, or all of them. */
  remove(event: string, handler?: Handler): void {
    this.#keep(event, handler ? this.#of(event).filter((known) => known.handler !== handler) : []);
  }

  /** The handlers to call for an event that has arrived; those registered for one time are removed. */
  take(event: string): Handler[] {
    const registrations = this.#of(event);
    if (registrations.some(({ once }) => once)) {
      this.#keep(
        event,
        registrations.filter(({ once }) => !once),
      );
    }
    return registrations.map(({ handler }) => handler);
  }

  /** Reports a failed answer that nobody else takes, as the sidecar does for an event without acknowledgement. */
  refuse(event: string, answer: unknown, namespace: string, report: (error: unknown) => void): void {
    if (!isFailure(answer)) return;
    const { code, message } = answer;
    const failure = { event, code, message };
    const handlers = this.take(FAILURE);
    if (handlers.length === 0) report(unheard(namespace, failure));
    else void answerOf(handlers, [failure], report);
  }

  #of(event: string): Registration[] {
    return this.#registrations.get(event) ?? [];
  }

  #keep(event: string, registrations: Registration[]): void {
    if (registrations.length > 0) this.#registrations.set(event, registrations);
    else this.#registrations.delete(event);
  }
}

/** For the console: otherwise nobody would see such a failure, for instance of a mistyped event. */
export function unheard(namespace: string, failure: unknown): Error {
  return new Error(`${namespace}: ${describeFailure(failure)}`);
}

/** Runs all handlers of an event, whatever one of them does. @returns what to answer the sidecar */
export async function answerOf(
  handlers: Handler[],
  args: unknown[],
  report: (error: unknown) => void,
): Promise<Answer> {
  if (handlers.length === 0) return { ok: false, code: 'no_handler' };
  // The addon's own handler judges the arguments: only it knows which types it expects.
  const outcomes = await Promise.allSettled(handlers.map(async (handler) => handler(...(args as never[]))));
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
  for (const failure of failures) report(failure);
  if (failures.length === 0) return { ok: true };
  const [first] = failures;
  return {
    ok: false,
    code: 'handler_failed',
    message: first instanceof Error ? first.message : String(first),
  };
}

/** A handler that takes longer is named, since no further messages of its kind arrive meanwhile. */
const LONG_MS = 30_000;

/** The same for an event of the sidecar, which waits for the answer. @param what is named if it takes long */
export async function answerInTime(
  what: string,
  handlers: Handler[],
  args: unknown[],
  report: (error: unknown) => void,
): Promise<Answer> {
  const warn = () => report(new Error(`${what} has worked for ${LONG_MS / 1000} s.`));
  let callOff = after(LONG_MS, () => {
    // A page that slept had no time: its handlers get another second.
    callOff = after(1_000, warn);
  });
  const answer = await answerOf(handlers, args, report);
  callOff();
  return answer;
}

/** Calls all methods, whatever one of them does. */
export function callAll<Args extends unknown[]>(
  page: { report(error: unknown): void },
  methods: ((...args: Args) => unknown)[],
  ...args: Args
): void {
  for (const method of [...methods]) {
    try {
      method(...args);
    } catch (error) {
      page.report(error);
    }
  }
}
