import { type PostgresAddress, startPostgres } from '../support/postgres/postgres.ts';
import { type Benchmark, figure, type Progress, ROUNDS, type Row, toRow } from './row.ts';
import { type Scenario, Target } from './servers/target.ts';

/** How one figure is taken of ours and of what it is compared with. */
export interface Comparison extends Scenario {
  readonly name: string;
  readonly unit: string;
  /** A server for each measurement, instead of one for all rounds. */
  readonly fresh?: boolean;
  /** What is done once with each server before it is measured. */
  prepare?(target: Target): Promise<void>;
  measure(target: Target): Promise<number>;
}

type Open = (postgres: PostgresAddress, scenario: Scenario) => Promise<Target>;

/** Who is compared. */
export interface Contest {
  readonly ours: { readonly name: string; readonly open: Open };
  readonly baseline: { readonly name: string; readonly open: Open };
}

const BARE: Contest = {
  ours: { name: 'ours', open: Target.openOurs },
  baseline: { name: 'bare socket.io', open: Target.openBare },
};

/** The same handlers in both languages. */
export const PYTHON: Contest = {
  ours: { name: 'Python', open: Target.openPython },
  baseline: { name: 'TypeScript', open: Target.openOurs },
};

/** One of the two that are compared. */
class Side {
  readonly values: number[] = [];
  readonly #open: () => Promise<Target>;
  readonly #comparison: Comparison;
  #target: Target | null = null;

  constructor(open: Open, postgres: PostgresAddress, comparison: Comparison) {
    this.#open = () => open(postgres, comparison);
    this.#comparison = comparison;
  }

  async start(): Promise<Target> {
    if (this.#target !== null) return this.#target;
    this.#target = await this.#open();
    await this.#comparison.prepare?.(this.#target);
    return this.#target;
  }

  async measure(): Promise<void> {
    this.values.push(await this.#comparison.measure(await this.start()));
    if (this.#comparison.fresh) await this.stop();
  }

  async stop(): Promise<void> {
    await this.#target?.stop();
    this.#target = null;
  }
}

/** Measures both alternately, over one PostgreSQL. */
export function compare(comparison: Comparison, contest = BARE): Benchmark {
  const { name } = comparison;
  return { name, measure: (progress) => measure(comparison, contest, progress) };
}

async function measure(
  comparison: Comparison,
  { ours: one, baseline: other }: Contest,
  progress: Progress,
): Promise<Row> {
  const { name, unit, sockets, fresh } = comparison;
  const postgres = await startPostgres(15);
  const ours = new Side(one.open, postgres, comparison);
  const bare = new Side(other.open, postgres, comparison);
  try {
    progress(`${sockets} sockets at each server`);
    const order = [ours, bare];
    if (!fresh) for (const side of order) await side.start();
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const side of order) await side.measure();
      const [mine, theirs] = [ours, bare].map(({ values }) => figure(values.at(-1) ?? 0));
      progress(`round ${round} of ${ROUNDS}: ${one.name} ${mine}, ${other.name} ${theirs} ${unit}`);
      order.reverse();
    }
    return toRow(name, unit, ours.values, bare.values);
  } finally {
    await ours.stop();
    await bare.stop();
    await postgres.stop();
  }
}
