import type { Reading } from './reading.ts';
import type { Labels, Sample } from './samples.ts';

/** The samples of one metric that have some labels in common. */
export interface Group {
  readonly labels: Labels;
  readonly value: number;
  /** How much it grew in a second; null if that is not known yet. */
  readonly rate: number | null;
}

/** Two readings of one sidecar, and what happened between them. */
export class Interval {
  readonly now: Reading;
  readonly before: Reading | null;

  constructor(now: Reading, before: Reading | null) {
    this.now = now;
    this.before = before;
  }

  /** The sum of all samples of a metric; null if there are none. */
  sum(name: string): number | null {
    const samples = this.now.samples.get(name);
    return samples === undefined ? null : samples.reduce((sum, { value }) => sum + value, 0);
  }

  /** How much that sum grew in a second. */
  rate(name: string): number | null {
    return this.groups(name, []).get('')?.rate ?? null;
  }

  /** The samples of a metric, added up by some of their labels, by the values of those. See `keyOf`. */
  groups(name: string, by: readonly string[]): ReadonlyMap<string, Group> {
    const { now, before } = this;
    const seconds = before === null ? 0 : (now.at - before.at) / 1_000;
    const old = before === null ? null : add(before.samples.get(name), by);
    const groups = new Map<string, Group>();
    for (const [key, { labels, value }] of add(now.samples.get(name), by)) {
      // What was not there before has been counted since.
      const grown = value - (old?.get(key)?.value ?? 0);
      const rate = old === null || seconds <= 0 || grown < 0 ? null : grown / seconds;
      groups.set(key, { labels, value, rate });
    }
    return groups;
  }
}

/** The key of a group. */
export function keyOf(labels: Labels, by: readonly string[]): string {
  return by.map((name) => labels[name] ?? '').join('\0');
}

function add(
  samples: readonly Sample[] = [],
  by: readonly string[],
): Map<string, { readonly labels: Labels; value: number }> {
  const sums = new Map<string, { readonly labels: Labels; value: number }>();
  for (const { labels, value } of samples) {
    const key = keyOf(labels, by);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { labels, value });
    else sum.value += value;
  }
  return sums;
}
