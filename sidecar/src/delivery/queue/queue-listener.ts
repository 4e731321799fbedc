import { type AbstractAdapter, AskedAdapter } from '../../api/adapter.ts';
import type { DeclaredAdapter } from '../../api/adapter-registry.ts';
import type { Message } from '../../api/message.ts';
import type { CommitTime } from '../commit-time.ts';
import { askForMessages, isUnasked, selectMessages } from '../listening/adapter-selection.ts';
import type { Consumer } from '../listening/consumer.ts';
import { isFor, type Keyed } from '../listening/listener-index.ts';
import type { LeaseStore } from './lease-store.ts';
import { LeasedBatch } from './leased-batch.ts';
import { compareIds } from './message-id.ts';
import type { Candidate, QueueOffer } from './queue-offer.ts';

/** While an adapter is asked, so much of what arrives behind the window is kept; for more it is led there once more. */
const MOST_LATER = 1_000;

const NONE: readonly Candidate[] = [];

/** How a wait ends. */
export interface Outcome {
  resolve(formatted: unknown[]): void;
  reject(error: unknown): void;
}

/** One read of what lies behind the window, for all who need it. */
export interface Look {
  /** Counts them. */
  readonly number: number;
  /** The id up to which it goes; null is the end. */
  readonly next: string | null;
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
  /** The youngest candidate of the window when it began to wait. */
  youngest = 0;
  /** It asks for leases, or its adapter is being asked: nothing is offered to it meanwhile. */
  busy = false;
  ended = false;
  /** Something that may be for it arrived behind the window while it was busy. */
  missed = false;
  /** It has been offered all that lies behind the window: what arrives there is new to it. */
  done = false;
  /** The last look behind the window of which it was offered everything, or the one before its first. */
  #looked = 0;
  /** What its adapter is being asked about. */
  #question: QueueOffer | null = null;
  /** What arrived behind the window meanwhile. */
  #later: Candidate[] = [];
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

  /** Does its adapter answer later? Then `ask` is called, not `select`. */
  get isAsked(): boolean {
    return this.#adapter instanceof AskedAdapter;
  }

  /** What its adapter is being asked about. */
  get question(): readonly Candidate[] {
    return this.#question?.candidates ?? NONE;
  }

  /**
   * What its adapter takes of an offer. A mistake of the adapter ends the wait, when what it stumbles over has been
   * claimed: that is one more failed attempt, without which it would be offered for ever and nothing that follows.
   */
  select({ candidates, messages }: QueueOffer): readonly Candidate[] {
    const given = this.#given(messages);
    if (given.length === 0) return NONE;
    this.#failure = null;
    try {
      return pick(candidates, selectMessages(this.#adapter, given, this.#args));
    } catch (error) {
      const culprits = given.filter((message) => !this.#canSelect(message));
      return this.#blame(candidates, culprits.length > 0 ? culprits : given, error);
    }
  }

  /**
   * The same of an adapter that answers later. It is busy from now on.
   *
   * @returns nothing, too, if it could not be asked: the wait has ended then
   */
  async ask(offer: QueueOffer): Promise<readonly Candidate[]> {
    const { candidates, messages } = offer;
    this.busy = true;
    this.#question = offer;
    const adapter = this.#adapter;
    const given = this.#given(messages);
    if (given.length === 0 || !(adapter instanceof AskedAdapter)) return NONE;
    this.#failure = null;
    try {
      try {
        return pick(candidates, await askForMessages(adapter, given, this.#args));
      } catch (error) {
        if (isUnasked(error)) throw error;
        const culprits = given.length === 1 ? given : await this.#findCulprits(adapter, given);
        return this.#blame(candidates, culprits.length > 0 ? culprits : given, error);
      }
    } catch (error) {
      this.#question = null;
      this.#outcome.reject(error);
      return NONE;
    }
  }

  /** It has answered, and wants nothing: it is not busy any more. @returns what arrived behind the window meanwhile */
  answered(): readonly Candidate[] {
    const later = this.#later;
    this.busy = false;
    this.#question = null;
    this.#later = [];
    if (this.missed) this.startOver();
    return later;
  }

  /** It asks for leases from now on. */
  claims(): void {
    this.busy = true;
    this.#question = null;
    this.missed ||= this.#later.length > 0;
    this.#later = [];
  }

  /** Something arrived behind the window while it was busy. */
  postpone(beyond: readonly Candidate[]): void {
    if (this.#question !== null && this.#later.length + beyond.length <= MOST_LATER)
      this.#later.push(...beyond);
    else this.missed = true;
  }

  /** Ends the wait with what is ours now. @param whole whether it was offered as much as it may be */
  grant(store: LeaseStore, candidates: readonly Candidate[], whole: boolean): void {
    const messages = candidates.map(({ message }) => message);
    const batch = new LeasedBatch(store, messages, this.#committed(candidates));
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

  /** When the first of them was; what was there before somebody waited for it is late for that. */
  #committed([first]: readonly Candidate[]): CommitTime | undefined {
    return first !== undefined && first.seq > this.youngest ? first.committed : undefined;
  }

  #given(messages: readonly Message[]): readonly Message[] {
    return this.key === null ? messages : messages.filter((message) => isFor(this, message));
  }

  #blame(
    candidates: readonly Candidate[],
    culprits: readonly Message[],
    error: unknown,
  ): readonly Candidate[] {
    this.#failure = { error };
    return pick(candidates, culprits);
  }

  /** All are asked about in one turn, each alone. */
  async #findCulprits(adapter: AskedAdapter, given: readonly Message[]): Promise<readonly Message[]> {
    const failed = await Promise.all(
      given.map((message) =>
        askForMessages(adapter, [message], this.#args).then(
          () => false,
          (error: unknown) => {
            if (isUnasked(error)) throw error;
            return true;
          },
        ),
      ),
    );
    return given.filter((_message, index) => failed[index] === true);
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

  /**
   * It is offered what lies after `place`, if it was not under way already.
   * @param look which look behind the window that is
   * @param start whether all begins there
   */
  join(look: number, place: string, start: boolean): void {
    // It was busy during the last one, and does not know what that brought.
    if (!this.follows(look)) this.startOver();
    if (this.#from !== null) return;
    this.#from = place;
    this.#late = !start;
    this.#looked = look - 1;
  }

  /** Is it under way, and was it offered everything up to this look? */
  follows(look: number): boolean {
    return this.#from !== null && !this.done && this.#looked === look - 1;
  }

  /** It has been offered all that a look brought. */
  pass({ number, next: place }: Look): void {
    // It had to start over while that was being read.
    if (this.#from === null) return;
    this.#looked = number;
    if (this.#wrapped) this.done = place === null || compareIds(place, this.#from) >= 0;
    else if (place === null) {
      this.#wrapped = true;
      this.done = !this.#late;
    }
  }
}

function pick(candidates: readonly Candidate[], messages: readonly Message[]): readonly Candidate[] {
  if (messages.length === 0) return NONE;
  const wanted = new Set(messages);
  return candidates.filter(({ message }) => wanted.has(message));
}
