import type { PostgresMajor } from '../../../sidecar/playground/postgres/postgres-programs.ts';
import { atLeast, atMost } from '../aim.ts';
import { type Figure, median, type Row, toRow } from '../row.ts';
import type { Benchmark, Run } from '../run.ts';
import type { CommitRateSetting } from './commit-rate-setting.ts';
import { CommitRateTrial } from './commit-rate-trial.ts';

const WRITERS = 16;
/** Each burst begins at rest: the sidecar waits for a wake-up. */
const PATTERNS = { 'bursts of 1 s': { bursts: 4, seconds: 1 }, steady: { bursts: 1, seconds: 5 } };

type Pattern = keyof typeof PATTERNS;

interface Kind {
  /** At the front of its rows' names. */
  readonly prefix: string;
  readonly setting: CommitRateSetting;
  readonly aim: number;
}

const KINDS: readonly Kind[] = [
  { prefix: '', setting: { writers: WRITERS, twoPhase: false, singles: false }, aim: 0.95 },
  { prefix: 'two-phase ', setting: { writers: WRITERS, twoPhase: true, singles: false }, aim: 0.9 },
  {
    ...{ prefix: 'beside single messages, ', aim: 0.9 },
    setting: { writers: WRITERS, twoPhase: false, singles: true },
  },
];

/** Does the wake-up slow the business down? */
async function measure(
  figures: readonly Figure[],
  major: PostgresMajor,
  flushMs: number,
  pattern: Pattern,
  setting: CommitRateSetting,
  { rounds, node, progress }: Run,
): Promise<Row[]> {
  const trial = await CommitRateTrial.start(major, flushMs, setting, node);
  try {
    const { ours, baseline, plain } = trial;
    const variants = plain === null ? [ours, baseline] : [ours, baseline, plain];
    const names = ['ours', 'no trigger', 'plain NOTIFY'];
    const order = [...variants];
    const { bursts, seconds } = PATTERNS[pattern];
    for (let round = 1; round <= rounds; round += 1) {
      for (const variant of order) await variant.measure(bursts, seconds);
      const told = variants.map(({ rates }, index) => `${names[index]} ${(rates.at(-1) ?? 0).toFixed(0)}`);
      progress(`round ${round} of ${rounds}: ${told.join(', ')} commits/s`);
      order.reverse();
    }
    const alternatives = plain === null ? {} : { 'plain NOTIFY trigger': median(plain.rates) };
    const [rate, latency] = figures;
    if (rate === undefined) return [];
    const row = { ...toRow(rate.name, rate.unit, ours.rates, baseline.rates), ...rate, alternatives };
    if (latency === undefined) return [row];
    return [row, { ...toRow(latency.name, latency.unit, ours.latencies, ours.latenciesAtRest), ...latency }];
  } finally {
    await trial.stop();
  }
}

function benchmark(major: PostgresMajor, flushMs: number, pattern: Pattern, kind: Kind): Benchmark {
  const { prefix, setting, aim } = kind;
  const name = `commit rate of ${WRITERS} writers, ${prefix}PostgreSQL ${major}, flush of ${flushMs} ms, ${pattern}`;
  const figures: Figure[] = [{ name, unit: 'commits/s', aims: [atLeast(aim)] }];
  if (setting.singles)
    figures.push({ name: `${name}: a single message, by one at rest`, unit: 'ms', aims: [atMost(1.5)] });
  return {
    ...{ name, figures, warmUp: 'none' },
    measure: (run) => measure(figures, major, flushMs, pattern, setting, run),
  };
}

export const COMMIT_RATE: readonly Benchmark[] = KINDS.flatMap((kind) =>
  ([15, 18] as const).flatMap((major) =>
    [2, 4, 10].flatMap((flushMs) => [
      benchmark(major, flushMs, 'bursts of 1 s', kind),
      benchmark(major, flushMs, 'steady', kind),
    ]),
  ),
);
