import type { Message } from '../api/message.ts';
import type { Arrival } from './message-log.ts';

/** A message that waits for a taker. */
export interface Candidate extends Pick<Arrival, 'message' | 'size'> {
  /** Counts what came into the window: a listener is offered a message once. 0 if it is not in there. */
  readonly seq: number;
  /** Somebody here asks for its lease, or nobody will any more. */
  taken: boolean;
}

/** One listener is offered so many at a time, so that the others get their share of a crowd … */
export const MOST_OFFERED = 100;
/** … and so many characters of JSON, since what a listener has lies in memory until it is confirmed. */
export const MOST_CHARACTERS = 1024 * 1024;

/** Candidates with their messages, made once for a thousand listeners that look at the same. */
export class QueueOffer {
  readonly candidates: readonly Candidate[];
  readonly messages: readonly Message[];

  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates;
    this.messages = candidates.map(({ message }) => message);
  }

  /** What of it nobody has taken since it was made. */
  left(): QueueOffer {
    if (!this.candidates.some(({ taken }) => taken)) return this;
    return new QueueOffer(this.candidates.filter(({ taken }) => !taken));
  }
}

/** Candidates in the portions in which they are offered. */
export function toOffers(candidates: readonly Candidate[]): QueueOffer[] {
  const offers: QueueOffer[] = [];
  let portion: Candidate[] = [];
  let size = 0;
  for (const candidate of candidates) {
    if (portion.length > 0 && (portion.length === MOST_OFFERED || size + candidate.size > MOST_CHARACTERS)) {
      offers.push(new QueueOffer(portion));
      portion = [];
      size = 0;
    }
    portion.push(candidate);
    size += candidate.size;
  }
  if (portion.length > 0) offers.push(new QueueOffer(portion));
  return offers;
}
