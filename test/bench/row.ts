import type { Aim } from './aim.ts';

/** One figure that a benchmark takes. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** What it has to show; some rows only tell. */
  readonly aims?: readonly Aim[];
}

/** One line of the benchmark: ours beside a simpler design that did the same in the same run. */
export interface Row extends Figure {
  /** Ours: the median of the rounds. */
  readonly value: number;
  /** Ours, of each round. */
  readonly values: readonly number[];
  /** Null where nothing is comparable. */
  readonly baseline: number | null;
  readonly baselines: readonly number[];
  /** The median of `value / baseline` of each round. */
  readonly ratio: number | null;
  /** `value / baseline` of each round, since the machine's noise lies between rounds. */
  readonly rounds: readonly number[];
  /** The processor time of both servers for the same work, ours by the baseline's, of each round: it holds on a busy machine. */
  readonly processor?: readonly number[];
  /** Other designs, in the same unit. */
  readonly alternatives?: Readonly<Record<string, number>>;
}

/** The mean of the two middle ones if their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined)
    throw new Error('A median of no values was asked for. Measure something first.');
  return (lower + upper) / 2;
}

/**
 * The value that so many of all are at most.
 *
 * @param share such as 0.99
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined)
    throw new Error('A percentile of no values was asked for. Measure something first.');
  return value;
}

/** The row of what was measured alternately, round by round. */
export function toRow(
  name: string,
  unit: string,
  values: readonly number[],
  baselines: readonly number[],
): Row {
  const rounds = ratiosOf(values, baselines);
  return {
    ...{ name, unit, values, baselines, rounds },
    ...{ value: median(values), baseline: median(baselines), ratio: median(rounds) },
  };
}

/** The row of what is only counted. */
export function toCount(name: string, unit: string, values: readonly number[]): Row {
  return {
    ...{ name, unit, values, value: median(values) },
    ...{ baseline: null, baselines: [], ratio: null, rounds: [] },
  };
}

/** Ours by the baseline's, of each round. */
export function ratiosOf(values: readonly number[], baselines: readonly number[]): number[] {
  if (values.length !== baselines.length)
    throw new Error(
      `${values.length} rounds of ours stand beside ${baselines.length} of the baseline. Measure both in each round.`,
    );
  return values.map((value, round) => value / (baselines[round] ?? Number.NaN));
}

/** A figure as a person reads it. */
export function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
