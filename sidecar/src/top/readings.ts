import { Interval } from './interval.ts';
import type { Reading } from './reading.ts';

const START = 'process_start_time_seconds';

/** The last readings of one sidecar. */
export class Readings {
  readonly #keepMs: number;
  #list: Reading[] = [];

  /** @param keepMs for how long they are kept */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  add(reading: Reading): void {
    // Another process counts from the beginning.
    if (this.last !== undefined && startOf(this.last) !== startOf(reading)) this.#list = [];
    this.#list.push(reading);
    while ((this.#list[1]?.at ?? reading.at) <= reading.at - this.#keepMs) this.#list.shift();
  }

  get last(): Reading | undefined {
    return this.#list.at(-1);
  }

  /** What happened in the last milliseconds, or since the reading before the last, if that is longer ago; null before the first. */
  within(ms: number): Interval | null {
    const { last } = this;
    if (last === undefined) return null;
    const before = this.#list.find((one) => one.at >= last.at - ms && one !== last) ?? this.#list.at(-2);
    return new Interval(last, before ?? null);
  }
}

function startOf({ samples }: Reading): number | undefined {
  return samples.get(START)?.[0]?.value;
}
