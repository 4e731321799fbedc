/** One line of the benchmark: ours beside a simpler design that did the same in the same run. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  /** Ours: the median of the rounds. */
  readonly value: number;
  readonly baseline: number;
  /** The median of `value / baseline` of each round. */
  readonly ratio: number;
  /** `value / baseline` of each round, since the machine's noise lies between rounds. */
  readonly rounds: readonly number[];
  /** Other designs, in the same unit. */
  readonly alternatives?: Readonly<Record<string, number>>;
}

/** What a benchmark gets: where to say what it is doing. */
export type Progress = (text: string) => void;

/** What measures one row. */
export interface Benchmark {
  readonly name: string;
  measure(progress: Progress): Promise<Row>;
}

export const ROUNDS = 3;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('A median of no values was asked for. Measure something first.');
  return middle;
}

/** The row of what was measured alternately, round by round. */
export function toRow(name: string, unit: string, ours: readonly number[], baseline: readonly number[]): Row {
  const rounds = ours.map((value, round) => value / (baseline[round] ?? Number.NaN));
  return { name, unit, value: median(ours), baseline: median(baseline), ratio: median(rounds), rounds };
}

/** A figure as a person reads it. */
export function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
