import { STOP, SUBSCRIBED } from '../../../sidecar/protocol/events.ts';
import { isFailure } from './failed-answer.ts';
import { after, type RetryBounds, retryDelay } from './retry-delay.ts';

/** Called with what the server's handler answers, each time that it is started. */
export type Acknowledge = (answer?: unknown) => unknown;

/** What subscriptions need of their connection. */
export interface Sender {
  readonly connected: boolean;
  /** Sends an event now: only called while connected. */
  send(event: string, args: unknown[]): void;
}

/** … and of their page. */
export interface SubscribingPage {
  readonly retryBounds: RetryBounds;
  report(error: unknown): void;
}

/** One who subscribes. */
interface Part {
  readonly acknowledge: Acknowledge;
}

/** One event with its arguments, whatever the number of those in the page who want it. */
interface Subscription {
  readonly event: string;
  readonly args: unknown[];
  readonly parts: Set<Part>;
  /** The server failed in a way that may pass: it is asked again. */
  isDue: boolean;
  /** The last answer over this connection; undefined before there is one. */
  answer: [unknown?] | undefined;
}

/**
 * What a namespace's page has the server do as long as it is there: events that are sent once, however many objects of
 * the page want the same, and sent again at each connection, since the server's handlers end with the one before.
 */
export class Subscriptions {
  readonly #sender: Sender;
  readonly #page: SubscribingPage;
  readonly #all = new Map<string, Subscription>();
  /** Goes on with each connection: answers of the one before no longer count. */
  #connection = 0;
  /** The server waits to be told that all has been said again. */
  #isResuming = false;
  #failures = 0;
  #callOff: (() => void) | undefined;

  constructor(sender: Sender, page: SubscribingPage) {
    this.#sender = sender;
    this.#page = page;
  }

  /** Tells the server, for the handshake, whether to wait for what is subscribed to. */
  resume(): boolean {
    this.#isResuming = this.#all.size > 0;
    return this.#isResuming;
  }

  /** The namespace is connected: all of it is said again. */
  connected(): void {
    this.#connection += 1;
    this.#failures = 0;
    for (const subscription of this.#all.values()) this.#send(subscription);
    this.#complete();
  }

  /** The connection is lost: the server's handlers have ended by themselves. */
  lost(): void {
    this.#connection += 1;
    this.#callOff?.();
    this.#callOff = undefined;
    for (const subscription of this.#all.values()) subscription.answer = undefined;
  }

  /** @returns ends it; the last who does so ends the server's handlers */
  add(event: string, args: unknown[], acknowledge: Acknowledge): () => void {
    const key = JSON.stringify([event, args]);
    const known = this.#all.get(key);
    const subscription = known ?? { event, args, parts: new Set<Part>(), isDue: false, answer: undefined };
    const part = { acknowledge };
    subscription.parts.add(part);
    this.#all.set(key, subscription);
    if (!known && this.#sender.connected) this.#send(subscription);
    // Who comes late gets the answer of the handler that runs already.
    else if (known?.answer) void Promise.resolve().then(() => this.#tell(subscription, part));
    return () => {
      if (!subscription.parts.delete(part) || subscription.parts.size > 0) return;
      this.#all.delete(key);
      // With an acknowledgement, which nobody needs: a namespace without such a handler would answer by an event.
      if (this.#sender.connected) this.#sender.send(STOP, [event, args, () => undefined]);
    };
  }

  #send(subscription: Subscription): void {
    const { event, args } = subscription;
    const connection = this.#connection;
    subscription.isDue = false;
    const answered = (...answer: [unknown?]) => {
      if (connection !== this.#connection || subscription.parts.size === 0) return;
      if (isFailure(answer[0]) && answer[0].retry === true) {
        subscription.isDue = true;
        this.#again();
      }
      subscription.answer = answer;
      for (const part of [...subscription.parts]) this.#tell(subscription, part);
    };
    this.#sender.send(event, [...args, answered]);
  }

  #tell({ answer, parts }: Subscription, part: Part): void {
    if (!answer || !parts.has(part)) return;
    try {
      part.acknowledge(...answer);
    } catch (error) {
      this.#page.report(error);
    }
  }

  #complete(): void {
    if (!this.#isResuming) return;
    const connection = this.#connection;
    this.#sender.send(SUBSCRIBED, [
      (resumed: unknown) => {
        if (connection !== this.#connection) return;
        // A server that does not know the event answers with a failure for good: it does not wait either.
        const isFailed = isFailure(resumed) ? resumed.retry === true : isAgain(resumed);
        if (isFailed) this.#again();
        else this.#isResuming = false;
      },
    ]);
  }

  /** Says again what failed, later and later. */
  #again(): void {
    if (this.#callOff) return;
    const delayMs = retryDelay(this.#failures, this.#page.retryBounds);
    this.#failures += 1;
    this.#callOff = after(delayMs, () => {
      this.#callOff = undefined;
      for (const subscription of this.#all.values()) if (subscription.isDue) this.#send(subscription);
      this.#complete();
    });
  }
}

function isAgain(resumed: unknown): boolean {
  return typeof resumed === 'object' && resumed !== null && Reflect.get(resumed, 'again') === true;
}
