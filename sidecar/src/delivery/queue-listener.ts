import type { AbstractAdapter } from '../api/adapter.ts';
import type { DeclaredAdapter } from '../api/adapter-registry.ts';
import type { Taker } from './channel-hub.ts';
import { choose } from './choice.ts';
import type { LeasedBatch } from './leased-batch.ts';
import { isFor, type Keyed } from './listener-index.ts';
import { compareIds } from './message-id.ts';
import type { Candidate, QueueOffer } from './queue-offer.ts';

const NONE: readonly Candidate[] = [];

/** How a wait ends. */
export interface Outcome {
  resolve(formatted: unknown[]): void;
  reject(error: unknown): void;
}

/** Somebody who waits for messages of a queue. */
export class QueueListener implements Keyed {
  readonly #adapter: AbstractAdapter;
  readonly #args: readonly unknown[];
  readonly #taker: Pick<Taker, 'hold'>;
  readonly #outcome: Outcome;
  readonly key: string | null;
  /** The last candidate of the window that it was offered. */
  seen = 0;
  /** It asks for leases: nothing is offered to it meanwhile. */
  busy = false;
  ended = false;
  /** Something that may be for it arrived behind the window while it was busy. */
  missed = false;
  /** It has been offered all that lies behind the window: what arrives there is new to it. */
  done = false;
  /** From where it is being led through what lies behind the window; null if it is not yet. */
  #from: string | null = null;
  /** It did not begin where that begins: it has to go there after the end. */
  #late = false;
  #wrapped = false;

  constructor(
    declared: DeclaredAdapter,
    args: readonly unknown[],
    taker: Pick<Taker, 'hold'>,
    outcome: Outcome,
  ) {
    this.#adapter = new declared.adapter();
    this.key = declared.adapter.key;
    this.#args = args;
    this.#taker = taker;
    this.#outcome = outcome;
  }

  get wanted(): unknown {
    return this.#args[0];
  }

  /** Can something be offered to it? */
  get idle(): boolean {
    return !this.busy && !this.ended;
  }

  /** What its adapter takes of an offer. A mistake of the adapter ends the wait. */
  choose({ candidates, messages }: QueueOffer): readonly Candidate[] {
    const given = this.key === null ? messages : messages.filter((message) => isFor(this, message));
    if (given.length === 0) return NONE;
    try {
      const chosen = choose(this.#adapter, given, this.#args);
      if (chosen.length === 0) return NONE;
      const wanted = new Set(chosen);
      return candidates.filter(({ message }) => wanted.has(message));
    } catch (error) {
      this.#outcome.reject(error);
      return NONE;
    }
  }

  /** Ends the wait with what is ours now. */
  grant(batch: LeasedBatch): void {
    if (this.ended) {
      batch.putBack(false);
      return;
    }
    try {
      const formatted = batch.messages.map((message) => this.#adapter.format(message, ...this.#args));
      this.#taker.hold(batch);
      this.#outcome.resolve(formatted);
    } catch (error) {
      batch.putBack(true);
      this.#outcome.reject(error);
    }
  }

  /** Others were quicker: it is offered everything again that it may have left for a next time. */
  refused(): void {
    this.busy = false;
    this.seen = 0;
    if (!this.done || this.missed) this.startOver();
  }

  /** It is offered again what lies behind the window. */
  startOver(): void {
    this.done = false;
    this.missed = false;
    this.#from = null;
    this.#late = false;
    this.#wrapped = false;
  }

  /** It is offered what lies after `place`, if it was not under way already. @param start whether all begins there */
  join(place: string, start: boolean): void {
    if (this.#from !== null) return;
    this.#from = place;
    this.#late = !start;
  }

  /** It has been offered all up to `place`; null is the end. */
  pass(place: string | null): void {
    // It had to start over while that was being read.
    if (this.#from === null) return;
    if (this.#wrapped) this.done = place === null || compareIds(place, this.#from) >= 0;
    else if (place === null) {
      this.#wrapped = true;
      this.done = !this.#late;
    }
  }
}
