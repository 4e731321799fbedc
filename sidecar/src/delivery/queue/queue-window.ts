import { FIRST_PORTION } from '../listening/portion.ts';
import { LateArrivals } from './late-arrivals.ts';
import type { WaitingPage } from './lease-store.ts';
import { byId, isAfter } from './message-id.ts';
import {
  type Candidate,
  type Candidates,
  QueueOffer,
  QueuePortion,
  toOffers,
  type Waiting,
} from './queue-offer.ts';
import { lastThatFits, type WindowLimits } from './window-limits.ts';

/** What became of an arrival: it is in the window, was known already, or waits in the database only. */
export type Place = 'here' | 'known' | 'beyond';

const LIMITS: WindowLimits = { messages: 10_000, characters: 16 * 1024 * 1024 };
/** So many that were taken are passed over before the list is made anew without them. */
const FEW = 64;

/**
 * The oldest messages of one queue that nobody has: all of them up to the frontier, an id. What lies behind it waits in the
 * database, and is read when there is room. What comes back, or is committed late, has an old id: it is taken in, and the
 * frontier goes back when that is too much.
 */
export class QueueWindow {
  readonly #limits: WindowLimits;
  /** By their numbers. Those that were taken stay until they are half of the list. */
  #candidates: Candidate[] = [];
  #first = 0;
  #takenCount = 0;
  readonly #free = new Map<string, Candidate>();
  /** Answers of `after`, by what was asked for: a thousand listeners ask for the same. */
  readonly #offers = new Map<string, { readonly offer: QueueOffer; readonly last: number }>();
  #characters = 0;
  #seq = 0;
  #frontier: string | null = '0';
  /** Somebody here asks for their leases; with what arrived once more meanwhile. */
  readonly #asked = new Map<string, Waiting | null>();
  /** Null while nothing is being read. */
  #late: LateArrivals | null = null;
  /** Arrived once more while the database is asked what still waits. */
  #returned: Set<string> | null = null;

  constructor(limits: WindowLimits = LIMITS) {
    this.#limits = limits;
  }

  /** The number of the youngest candidate. */
  get seq(): number {
    return this.#seq;
  }

  /** True if every message that waits is here. */
  get complete(): boolean {
    return this.#frontier === null;
  }

  /** Every message up to this id is here; null if all are. */
  get frontier(): string | null {
    return this.#frontier;
  }

  /** How many messages are here. */
  get size(): number {
    return this.#free.size;
  }

  /** Is something left to be read, and room for a part of that many messages? */
  hasRoom(messages: number): boolean {
    const fits = this.#free.size + messages <= this.#limits.messages;
    return !this.complete && fits && this.#characters <= this.#limits.characters / 2;
  }

  /** Is a message here, or does somebody ask for its lease? */
  knows(id: string): boolean {
    return this.#free.has(id) || this.#asked.has(id);
  }

  /** Does it still wait where it did when it was offered? */
  holds({ taken, seq, message }: Candidate): boolean {
    return !taken && (seq > 0 || !this.knows(message.id));
  }

  /** Offers of what is here neither now nor by the time it was offered. */
  unknown(candidates: Candidates): QueueOffer[] {
    return toOffers(candidates.filter(({ taken, message }) => !taken && !this.knows(message.id)));
  }

  add(arrival: Waiting): Place {
    const { id } = arrival.message;
    if (this.#asked.has(id)) {
      // Its lease may have been refused just now, before it was requeued, and the answer be on its way.
      this.#asked.set(id, arrival);
      return 'known';
    }
    if (this.#free.has(id)) {
      this.#returned?.add(id);
      return 'known';
    }
    if (isAfter(id, this.#frontier)) {
      this.#late?.keep(arrival);
      return 'beyond';
    }
    this.#seq += 1;
    const { message, size, failed = false, committed } = arrival;
    const candidate = { message, size, failed, committed, seq: this.#seq, taken: false };
    this.#offers.clear();
    this.#candidates.push(candidate);
    this.#free.set(id, candidate);
    this.#characters += candidate.size;
    this.#trim();
    return candidate.taken ? 'beyond' : 'here';
  }

  /**
   * The next portion of candidates younger than `seq`, with the number of the last one looked at.
   * @param most how many characters are offered, more or less
   */
  after(seq: number, most = FIRST_PORTION): { readonly offer: QueueOffer; readonly last: number } {
    const key = `${seq} ${most}`;
    const known = this.#offers.get(key);
    if (known !== undefined) return known;
    const portion = new QueuePortion(most);
    let last = seq;
    this.#skipTaken();
    let index = this.#indexAfter(seq);
    for (; index < this.#candidates.length; index += 1) {
      const candidate = this.#candidates[index];
      if (candidate === undefined || (!candidate.taken && !portion.add(candidate))) break;
      last = candidate.seq;
    }
    // What was requeued has an old id, and comes before what is new.
    const offered = portion.candidates.sort(byId);
    const answer = { offer: new QueueOffer(offered, index < this.#candidates.length), last };
    this.#offers.set(key, answer);
    return answer;
  }

  /** Somebody asks for its lease, wherever it waits: nobody else here does until `settle`. */
  take(candidate: Candidate): void {
    const { id } = candidate.message;
    candidate.taken = true;
    this.#asked.set(id, null);
    this.#forget(id);
  }

  /**
   * The message is somebody's, here or elsewhere.
   * @returns the message if it arrived once more meanwhile, and waits again
   */
  settle({ message: { id } }: Candidate): Waiting | null {
    const again = this.#asked.get(id) ?? null;
    this.#asked.delete(id);
    return again;
  }

  /** The next part is being read. @returns the id after which it begins */
  begin(): string {
    this.#late = new LateArrivals(this.#limits);
    return this.#frontier ?? '0';
  }

  /** The next part could not be read. */
  abandon(): void {
    this.#late = null;
  }

  /** Takes in the next part, and with it what was committed while it was read. */
  finish({ arrivals, next }: WaitingPage): void {
    const ceiling = this.#late?.ceiling ?? null;
    const late = this.#late?.all ?? [];
    this.#late = null;
    this.#frontier = isAfter(next, ceiling) ? ceiling : next;
    for (const arrival of arrivals) this.add(arrival);
    for (const arrival of late) this.add(arrival);
  }

  /** The database is asked which messages of these still wait. */
  beginSweep(): string[] {
    this.#returned = new Set();
    return [...this.#free.keys()];
  }

  /** Forgets those that do not: others have had them. */
  finishSweep(asked: readonly string[], waiting: ReadonlySet<string>): void {
    for (const id of asked) {
      const candidate = this.#free.get(id);
      if (candidate === undefined || waiting.has(id) || this.#returned?.has(id)) continue;
      candidate.taken = true;
      this.#forget(id);
    }
    this.#returned = null;
  }

  /** Forgets all that wait: they are read anew. */
  clear(): void {
    this.#offers.clear();
    this.#candidates = [];
    this.#first = 0;
    this.#takenCount = 0;
    this.#free.clear();
    this.#characters = 0;
    this.#frontier = '0';
    this.#late = null;
    this.#returned = null;
  }

  #forget(id: string): void {
    const candidate = this.#free.get(id);
    if (candidate === undefined) return;
    this.#offers.clear();
    this.#free.delete(id);
    this.#characters -= candidate.size;
    this.#takenCount += 1;
    if (this.#takenCount < FEW || this.#takenCount * 2 < this.#candidates.length) return;
    this.#candidates = this.#candidates.filter(({ taken }) => !taken);
    this.#first = 0;
    this.#takenCount = 0;
  }

  /** Leaves the youngest out while there is too much. */
  #trim(): void {
    const { messages, characters } = this.#limits;
    if (this.#free.size <= messages && (this.#characters <= characters || this.#free.size === 1)) return;
    const last = lastThatFits(this.#free.values(), this.#limits);
    this.#late?.lower(last);
    for (const [id, candidate] of this.#free) {
      if (!isAfter(id, last)) continue;
      candidate.taken = true;
      this.#forget(id);
    }
    if (isAfter(this.#frontier, last)) this.#frontier = last;
  }

  #skipTaken(): void {
    while (this.#candidates[this.#first]?.taken === true) this.#first += 1;
  }

  /** Binary search, since listeners that wait are nearly always at the end of a long list. */
  #indexAfter(seq: number): number {
    let low = this.#first;
    let high = this.#candidates.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#candidates[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
