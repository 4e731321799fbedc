import type { EventedRequest } from './evented-worker.ts';

/** So much is kept of a page that is looked at, or that Odoo cannot say anything of now. */
const MOST = 16;
const MOST_BYTES = 1_000_000;

/**
 * What came over a connection before anybody knew whose it is: if it is the evented worker's, that gets it. The last
 * subscription holds in the place of those before, and of too many events the oldest are left out.
 */
export class EarlyFrames {
  readonly request: EventedRequest;
  #events: Buffer[] = [];
  #subscription: Buffer | null = null;
  #bytes = 0;

  constructor(request: EventedRequest) {
    this.request = request;
  }

  get all(): readonly Buffer[] {
    return this.#subscription === null ? this.#events : [this.#subscription, ...this.#events];
  }

  add(frame: Buffer, isSubscription: boolean): void {
    if (isSubscription) {
      this.#subscription = frame;
      return;
    }
    this.#events.push(frame);
    this.#bytes += frame.length;
    while (this.#events.length > MOST || this.#bytes > MOST_BYTES) {
      this.#bytes -= this.#events[0]?.length ?? 0;
      this.#events.shift();
    }
  }
}
