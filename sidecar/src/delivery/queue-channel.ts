import type { Message } from '../api/message.ts';
import type { Arrival } from './message-log.ts';

/** A message that waits for a taker. */
export interface Candidate {
  readonly message: Message;
  /** Counts what arrived in this channel: a listener is offered a message once. */
  readonly seq: number;
  /** Somebody here asks for its lease, or nobody will any more. */
  taken: boolean;
}

/** At most so many messages that nobody took are held in memory; more are read from the database when they are asked for. */
const MOST_WAITING = 10_000;

/** The messages of one queue that nobody has, as far as this sidecar knows. */
export class QueueChannel {
  readonly name: string;
  /** True if every message that waits is here. */
  complete = false;
  #candidates: Candidate[] = [];
  readonly #ids = new Set<string>();
  /** Arrived once more while somebody here asks for their leases. */
  readonly #again = new Map<string, Message>();
  #seq = 0;
  #gone = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The number of the youngest candidate. */
  get seq(): number {
    return this.#seq;
  }

  /** Adds a message, unless it is here already. False if there is no room: it waits in the database only. */
  add({ message }: Pick<Arrival, 'message'>): boolean {
    if (this.#ids.has(message.id)) {
      // Its lease may have been refused just now, before it was put back, and the answer be on its way.
      this.#again.set(message.id, message);
      return true;
    }
    this.#seq += 1;
    this.#ids.add(message.id);
    this.#candidates.push({ message, seq: this.#seq, taken: false });
    if (this.#ids.size <= MOST_WAITING) return true;
    this.complete = false;
    return false;
  }

  /** Up to `most` candidates younger than `seq`, with the number of the last one looked at. */
  after(seq: number, most: number): { offered: Candidate[]; last: number } {
    const offered: Candidate[] = [];
    let last = seq;
    for (let index = this.#indexAfter(seq); index < this.#candidates.length; index += 1) {
      const candidate = this.#candidates[index];
      if (candidate === undefined || offered.length === most) break;
      last = candidate.seq;
      if (!candidate.taken) offered.push(candidate);
    }
    // What was put back has an old id, and comes before what is new.
    return { offered: offered.sort(byId), last };
  }

  /**
   * Forgets a candidate: it is somebody's, here or elsewhere.
   * @returns true if it has arrived once more meanwhile, and waits again
   */
  remove(candidate: Candidate): boolean {
    candidate.taken = true;
    const { id } = candidate.message;
    if (!this.#ids.delete(id)) return false;
    this.#gone += 1;
    if (this.#gone >= 64 && this.#gone * 2 >= this.#candidates.length) {
      this.#candidates = this.#candidates.filter(({ taken, message }) => !taken || this.#ids.has(message.id));
      this.#gone = 0;
    }
    const again = this.#again.get(id);
    if (again === undefined) return false;
    this.#again.delete(id);
    this.add({ message: again });
    return true;
  }

  /** Forgets all that wait: they are read from the database when somebody asks. */
  clear(): void {
    this.complete = false;
    this.#candidates = [];
    this.#ids.clear();
    this.#again.clear();
    this.#gone = 0;
  }

  /** Binary search, since listeners that wait are nearly always at the end of a long list. */
  #indexAfter(seq: number): number {
    let low = 0;
    let high = this.#candidates.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#candidates[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Ids are decimal numbers: of two, the longer is the larger. */
function byId({ message: one }: Candidate, { message: other }: Candidate): number {
  return one.id.length - other.id.length || (one.id < other.id ? -1 : 1);
}
