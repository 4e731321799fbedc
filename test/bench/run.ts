import type { Figure, Row } from './row.ts';

/** Where a benchmark says what it is doing. */
export type Progress = (text: string) => void;

/** How benchmarks are run. */
export interface Run {
  readonly rounds: number;
  /** The program `node` of the servers under test. */
  readonly node: string;
  readonly progress: Progress;
}

/** What measures a row, or some that belong together. */
export interface Benchmark {
  /** By which it is chosen. */
  readonly name: string;
  readonly figures: readonly Figure[];
  /** What is done before the first round, and not measured. */
  readonly warmUp: string;
  /** @returns a row for each of the figures */
  measure(run: Run): Promise<readonly Row[]>;
}
