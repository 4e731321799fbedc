import { startPostgres } from '../support/postgres/postgres.ts';
import { BARE, type Comparison, type Contest, type Single } from './contest.ts';
import { type Figure, figure, type Row, ratiosOf, toRow } from './row.ts';
import type { Benchmark, Run } from './run.ts';
import { Side } from './side.ts';

/** Takes one figure of both alternately, over one PostgreSQL. */
export function compare({ unit, aims = [], measure, ...rest }: Single, contest = BARE): Benchmark {
  const only: Figure = { name: rest.name, unit, aims };
  return compareAll(
    { ...rest, figures: [only], measure: async (target) => [await measure(target)] },
    contest,
  );
}

/** Takes several figures of the same work. */
export function compareAll(comparison: Comparison, contest = BARE): Benchmark {
  const { name, figures, warmUp } = comparison;
  return { name, figures, warmUp, measure: (run) => measureBoth(comparison, contest, run) };
}

async function measureBoth(comparison: Comparison, contest: Contest, run: Run): Promise<Row[]> {
  const { figures, sockets, fresh, warmUp } = comparison;
  const postgres = await startPostgres(15);
  const ours = new Side(contest.ours, postgres, comparison, run.node);
  const bare = new Side(contest.baseline, postgres, comparison, run.node);
  const order = [ours, bare];
  try {
    run.progress(`${sockets} sockets at each server; warm-up: ${warmUp}`);
    if (!fresh) for (const side of order) await side.start();
    for (let round = 1; round <= run.rounds; round += 1) {
      for (const side of order) await side.measure();
      run.progress(
        `round ${round} of ${run.rounds}: ${[ours, bare].map((side) => tell(side, figures)).join(', ')}`,
      );
      order.reverse();
    }
    for (const side of order) await side.finish();
  } finally {
    await ours.stop();
    await bare.stop();
    await postgres.stop();
  }
  const processor = ratiosOf(ours.processor, bare.processor);
  return figures.map((one, index) => ({
    ...toRow(one.name, one.unit, ours.valuesOf(index), bare.valuesOf(index)),
    ...one,
    processor,
  }));
}

function tell(side: Side, figures: readonly Figure[]): string {
  const values = figures.map(({ unit }, index) => `${figure(side.valuesOf(index).at(-1) ?? 0)} ${unit}`);
  return `${side.name} ${values.join(' and ')} (${figure((side.processor.at(-1) ?? 0) / 1_000)} s of processor)`;
}
