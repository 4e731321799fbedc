import type { AbstractAdapter } from '../../api/adapter.ts';
import type { DeclaredAdapter } from '../../api/adapter-registry.ts';
import type { Message } from '../../api/message.ts';
import { selectMessages } from '../listening/adapter-selection.ts';
import type { Consumer } from '../listening/consumer.ts';
import { isFor, type Keyed } from '../listening/listener-index.ts';
import type { LeasedBatch } from './leased-batch.ts';
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
  readonly #consumer: Pick<Consumer, 'hold' | 'most'>;
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
  /** A mistake of the adapter in what it was offered last. */
  #failure: { readonly error: unknown } | null = null;

  constructor(
    declared: DeclaredAdapter,
    args: readonly unknown[],
    consumer: Pick<Consumer, 'hold' | 'most'>,
    outcome: Outcome,
  ) {
    this.#adapter = new declared.adapter();
    this.key = declared.adapter.key;
    this.#args = args;
    this.#consumer = consumer;
    this.#outcome = outcome;
  }

  get wanted(): unknown {
    return this.#args[0];
  }

  /** How many characters it is offered at a time, more or less. */
  get most(): number {
    return this.#consumer.most;
  }

  /** Can something be offered to it? */
  get idle(): boolean {
    return !this.busy && !this.ended;
  }

  /**
   * What its adapter takes of an offer. A mistake of the adapter ends the wait, when what it stumbles over has been
   * claimed: that is one more failed attempt, without which it would be offered for ever and nothing that follows.
   */
  select({ candidates, messages }: QueueOffer): readonly Candidate[] {
    const given = this.key === null ? messages : messages.filter((message) => isFor(this, message));
    if (given.length === 0) return NONE;
    this.#failure = null;
    try {
      const chosen = selectMessages(this.#adapter, given, this.#args);
      if (chosen.length === 0) return NONE;
      const wanted = new Set(chosen);
      return candidates.filter(({ message }) => wanted.has(message));
    } catch (error) {
      this.#failure = { error };
      const culprits = given.filter((message) => !this.#canSelect(message));
      const failed = new Set(culprits.length > 0 ? culprits : given);
      return candidates.filter(({ message }) => failed.has(message));
    }
  }

  /** Ends the wait with what is ours now. @param whole whether it was offered as much as it may be */
  grant(batch: LeasedBatch, whole: boolean): void {
    if (this.ended) {
      batch.requeue(false);
      return;
    }
    if (this.#failure !== null) {
      batch.requeue(true);
      this.#outcome.reject(this.#failure.error);
      return;
    }
    try {
      const formatted = batch.messages.map((message) => this.#adapter.format(message, ...this.#args));
      this.#consumer.hold(batch, whole);
      this.#outcome.resolve(formatted);
    } catch (error) {
      batch.requeue(true);
      this.#outcome.reject(error);
    }
  }

  /** Others were quicker: it is offered everything again that it may have left for a next time. */
  refused(): void {
    this.busy = false;
    if (this.#failure !== null) this.#outcome.reject(this.#failure.error);
    this.seen = 0;
    if (!this.done || this.missed) this.startOver();
  }

  #canSelect(message: Message): boolean {
    try {
      selectMessages(this.#adapter, [message], this.#args);
      return true;
    } catch {
      return false;
    }
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
