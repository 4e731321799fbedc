import type { Arrival } from './arrival.ts';

interface Heard {
  readonly seq: number;
  readonly at: number;
  readonly arrival: Arrival;
}

/** The changes of one model in the last minutes, in the order in which they were heard, by numbers that only grow. */
export class Ring {
  readonly #keepMs: number;
  readonly #most: number;
  #heard: Heard[] = [];
  readonly #ids = new Set<string>();
  #seq = 0;
  /** What came up to this number, or up to this time, is not known any more. */
  #unknownSeq = 0;
  #unknownUntil: number;

  /** @param now when it begins: milliseconds of any clock that only goes on */
  constructor(now: number, { keepMs = 5 * 60_000, most = 10_000 } = {}) {
    this.#keepMs = keepMs;
    this.#most = most;
    this.#unknownUntil = now;
  }

  /** The number of the last change. */
  get seq(): number {
    return this.#seq;
  }

  /** @returns false if it was heard already */
  add(arrival: Arrival, now: number): boolean {
    if (this.#ids.has(arrival.id)) return false;
    this.#ids.add(arrival.id);
    this.#seq += 1;
    this.#heard.push({ seq: this.#seq, at: now, arrival });
    this.#forget(now);
    return true;
  }

  /** For a while nobody has listened: anything may have happened until now. */
  interrupt(now: number): void {
    this.#heard = [];
    this.#ids.clear();
    // A change that nobody heard.
    this.#seq += 1;
    this.#unknownSeq = this.#seq;
    this.#unknownUntil = now;
  }

  /** What came after that number, to be gone through as far as it is needed; null if not all of it is known. */
  after(seq: number): Iterable<Arrival> | null {
    if (seq < this.#unknownSeq) return null;
    const first = this.#heard[0]?.seq ?? this.#seq + 1;
    return this.#from(Math.max(0, seq + 1 - first));
  }

  /** The number of the last change before that time; null if not all is known that came since. */
  seqAt(time: number): number | null {
    if (time < this.#unknownUntil) return null;
    let index = this.#heard.length;
    while (index > 0 && (this.#heard[index - 1]?.at ?? 0) > time) index -= 1;
    return this.#heard[index - 1]?.seq ?? (this.#heard[0]?.seq ?? this.#seq + 1) - 1;
  }

  *#from(index: number): Iterable<Arrival> {
    const heard = this.#heard;
    for (let next = index; next < heard.length; next += 1) {
      const entry = heard[next];
      if (entry !== undefined) yield entry.arrival;
    }
  }

  #forget(now: number): void {
    const isOld = ({ at }: Heard) => at < now - this.#keepMs;
    const first = this.#heard[0];
    if (first === undefined || (!isOld(first) && this.#heard.length <= this.#most)) return;
    // A part of it at a time: to drop the first of ten thousand for each change would move all others each time.
    let count = this.#heard.length > this.#most ? Math.ceil(this.#most / 10) : 0;
    while (count < this.#heard.length && isOld(this.#heard[count] ?? first)) count += 1;
    for (const { seq, at, arrival } of this.#heard.splice(0, count)) {
      this.#ids.delete(arrival.id);
      this.#unknownSeq = seq;
      this.#unknownUntil = at;
    }
  }
}
