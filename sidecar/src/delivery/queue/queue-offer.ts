import type { Message } from '../../api/message.ts';
import type { Arrival } from '../arrival.ts';
import { FIRST_PORTION } from '../listening/portion.ts';

/** What a queue has to know of a message that waits. */
export type Waiting = Pick<Arrival, 'message' | 'size' | 'failed' | 'committed'>;

/** A message that waits for a consumer. */
export interface Candidate extends Waiting {
  /** Counts what came into the window: a listener is offered a message once. 0 if it is not in there. */
  readonly seq: number;
  /** Somebody here asks for its lease, or nobody will any more. */
  taken: boolean;
  /** It has failed before. */
  readonly failed: boolean;
}

export type Candidates = readonly Candidate[];

/** One listener is offered so many at a time, so that the others get their share of a crowd. */
const MOST_OFFERED = 100;

/** Candidates with their messages, made once for a thousand listeners that look at the same. */
export class QueueOffer {
  readonly candidates: Candidates;
  readonly messages: readonly Message[];
  readonly cut: boolean;

  /** @param cut whether there are more, which are offered when that is done */
  constructor(candidates: Candidates, cut: boolean) {
    this.candidates = candidates;
    this.cut = cut;
    this.messages = candidates.map(({ message }) => message);
  }

  /** What of it nobody has taken since it was made. */
  left(): QueueOffer {
    return this.candidates.some(({ taken }) => taken) ? this.only(({ taken }) => !taken) : this;
  }

  only(isLeft: (candidate: Candidate) => boolean): QueueOffer {
    return new QueueOffer(this.candidates.filter(isLeft), this.cut);
  }
}

/** What is put together to be offered at a time. */
export class QueuePortion {
  readonly candidates: Candidate[] = [];
  readonly #most: number;
  #size = 0;

  /** @param most how many characters, roughly */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * One message at least, whatever its size. What has failed is alone, so that only the message for which it fails uses up
   * its attempts.
   *
   * @returns false if it does not fit
   */
  add(candidate: Candidate): boolean {
    const { length } = this.candidates;
    const isFull = length === MOST_OFFERED || this.#size + candidate.size > this.#most;
    if (length > 0 && (isFull || candidate.failed || this.candidates[0]?.failed === true)) return false;
    this.candidates.push(candidate);
    this.#size += candidate.size;
    return true;
  }
}

/** What is not in the window. */
export function toCandidate({ message, size, failed = false, committed }: Waiting): Candidate {
  return { message, size, failed, committed, seq: 0, taken: false };
}

/** Candidates in the portions in which they are offered. */
export function toOffers(candidates: Candidates): QueueOffer[] {
  const offers: QueueOffer[] = [];
  let portion = new QueuePortion(FIRST_PORTION);
  for (const candidate of candidates) {
    if (portion.add(candidate)) continue;
    offers.push(new QueueOffer(portion.candidates, true));
    portion = new QueuePortion(FIRST_PORTION);
    portion.add(candidate);
  }
  if (portion.candidates.length > 0) offers.push(new QueueOffer(portion.candidates, false));
  return offers;
}
