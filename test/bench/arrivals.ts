import type { Arrival } from './arrival.ts';
import { now } from './clock.ts';

/** How long arrivals are collected before they are told: their times are taken at once. */
const REPORT_MS = 5;

/** Counts the copies of messages that come to the pages or browsers of one process, and tells which are complete. */
export class Arrivals {
  readonly #report: (arrivals: Arrival[]) => void;
  readonly #copies = new Map<number, number>();
  #complete: Arrival[] = [];

  /** @param report gets those of some milliseconds together */
  constructor(report: (arrivals: Arrival[]) => void) {
    this.#report = report;
  }

  /** @param wanted how many pages here get this message */
  note(number: number, wanted: number): void {
    const count = (this.#copies.get(number) ?? 0) + 1;
    this.#copies.set(number, count);
    if (count !== wanted) return;
    if (this.#complete.length === 0) {
      setTimeout(() => {
        this.#report(this.#complete);
        this.#complete = [];
      }, REPORT_MS);
    }
    this.#complete.push({ number, at: now() });
  }

  /** How many copies of a message have come. */
  count(number: number): number {
    return this.#copies.get(number) ?? 0;
  }
}
