import { STOP, SUBSCRIBED } from '../../../../sidecar/protocol/events.ts';
import { after, type RetryBounds, retryDelay } from '../reconnecting/retry-delay.ts';
import { isFailure } from './failed-answer.ts';

/** Called with what the server's handler answers, each time that it is started. */
export type Acknowledge = (answer?: unknown) => unknown;

/** What subscriptions need from their namespace. */
export interface Sender {
  readonly connected: boolean;
  /** Sends an event now: only called while connected. */
  send(event: string, args: unknown[]): void;
}

/** … and from their page. */
export interface SubscribingPage {
  readonly retryBounds: RetryBounds;
  report(error: unknown): void;
}

/** One subscriber. */
interface Part {
  readonly acknowledge: Acknowledge;
}

/** One event with its arguments, however many in the page want it. */
interface Subscription {
  readonly event: string;
  readonly args: unknown[];
  readonly parts: Set<Part>;
  /** The sidecar failed in a way that may pass: it is asked again. */
  isDue: boolean;
  /** The last answer over this connection; undefined before there is one. */
  answer: [unknown?] | undefined;
}

/**
 * What the sidecar does for a page as long as the page is there. Each event is sent once, however many objects of the page
 * want it, and again at each connection, since the sidecar's handlers end with the connection.
 */
export class Subscriptions {
  readonly #sender: Sender;
  readonly #page: SubscribingPage;
  readonly #all = new Map<string, Subscription>();
  /** Counts connections: answers over an earlier one no longer count. */
  #connection = 0;
  /** The sidecar waits to hear that all subscriptions have been sent again. */
  #isResuming = false;
  #failures = 0;
  #callOff: (() => void) | undefined;

  constructor(sender: Sender, page: SubscribingPage) {
    this.#sender = sender;
    this.#page = page;
  }

  /** @returns for the handshake: whether the sidecar is to wait for subscriptions */
  resume(): boolean {
    this.#isResuming = this.#all.size > 0;
    return this.#isResuming;
  }

  /** The namespace is connected: all subscriptions are sent again. */
  connected(): void {
    this.#connection += 1;
    this.#failures = 0;
    for (const subscription of this.#all.values()) this.#send(subscription);
    this.#complete();
  }

  /** The connection is lost, and the sidecar's handlers have ended with it. */
  lost(): void {
    this.#connection += 1;
    this.#callOff?.();
    this.#callOff = undefined;
    for (const subscription of this.#all.values()) subscription.answer = undefined;
  }

  /** @returns ends it; ending the last one ends the sidecar's handlers */
  add(event: string, args: unknown[], acknowledge: Acknowledge): () => void {
    const key = JSON.stringify([event, args]);
    const known = this.#all.get(key);
    const subscription = known ?? { event, args, parts: new Set<Part>(), isDue: false, answer: undefined };
    const part = { acknowledge };
    subscription.parts.add(part);
    this.#all.set(key, subscription);
    if (!known && this.#sender.connected) this.#send(subscription);
    // A late subscriber gets the answer of the handler that runs already.
    else if (known?.answer) void Promise.resolve().then(() => this.#tell(subscription, part));
    return () => {
      if (!subscription.parts.delete(part) || subscription.parts.size > 0) return;
      this.#all.delete(key);
      // Acknowledged, although nobody needs it: without a handler for it, a namespace would answer by an event.
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
        // A namespace that does not know the event answers with a final failure: it does not wait either.
        const isFailed = isFailure(resumed) ? resumed.retry === true : isAgain(resumed);
        if (isFailed) this.#again();
        else this.#isResuming = false;
      },
    ]);
  }

  /** Sends again what failed, later each time. */
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
