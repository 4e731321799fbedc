import type { PostgresMajor } from '../../../sidecar/playground/postgres/postgres-programs.ts';
import { startPostgres } from '../../support/postgres/postgres.ts';
import { type Benchmark, median, type Progress, ROUNDS, type Row, toRow } from '../row.ts';
import { BenchDatabase } from '../servers/bench-database.ts';
import { startSidecar } from '../servers/bench-sidecar.ts';
import { CommitRateVariant } from './commit-rate-variant.ts';

const WRITERS = 16;
/** Each burst begins at rest: the sidecar waits for a wake-up. */
const PATTERNS = { 'bursts of 1 s': { bursts: 4, seconds: 1 }, steady: { bursts: 1, seconds: 5 } };

type Pattern = keyof typeof PATTERNS;

const PLAIN_NOTIFY = `
CREATE FUNCTION bench_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('web_socketio', ''); RETURN NULL; END $$;
CREATE TRIGGER bench_notify AFTER INSERT ON web_socketio_message
  FOR EACH STATEMENT EXECUTE PROCEDURE bench_notify();`;
const NO_TRIGGER = `
ALTER TABLE web_socketio_message DISABLE TRIGGER web_socketio_wake_up;
ALTER TABLE web_socketio_message DISABLE TRIGGER web_socketio_stamp;`;
const ORDERS = `
CREATE TABLE bench_order (id int PRIMARY KEY, amount int NOT NULL DEFAULT 0);
INSERT INTO bench_order (id) SELECT generate_series(1, ${WRITERS});`;

/** Ours, the same without any trigger, and with a trigger that always sends NOTIFY. */
const VARIANTS = { ours: '', baseline: NO_TRIGGER, plain: NO_TRIGGER + PLAIN_NOTIFY };

/** Does the wake-up slow the business down? A flush is simulated, as of disks that are worth the name, and of slow ones. */
async function measure(
  name: string,
  major: PostgresMajor,
  flushMs: number,
  pattern: Pattern,
  progress: Progress,
): Promise<Row> {
  // commit_delay acts only with fsync on, and by default only when five others commit.
  const settings = { fsync: 'on', commit_delay: `${flushMs * 1000}`, commit_siblings: '0' };
  const postgres = await startPostgres(major, settings);
  const releases = [() => postgres.stop()];
  try {
    const open = async (changes: string): Promise<BenchDatabase> => {
      const database = await BenchDatabase.create(postgres);
      await database.query(ORDERS + changes);
      return database;
    };
    const databases = {
      ours: await open(VARIANTS.ours),
      baseline: await open(VARIANTS.baseline),
      plain: await open(VARIANTS.plain),
    };
    const names = Object.values(databases).map((database) => database.name);
    const sidecar = await startSidecar(postgres, names);
    releases.push(() => sidecar.stop());
    const start = async (database: BenchDatabase): Promise<CommitRateVariant> => {
      const variant = await CommitRateVariant.open(database, sidecar.url, WRITERS);
      releases.push(() => variant.stop());
      return variant;
    };
    const ours = await start(databases.ours);
    const baseline = await start(databases.baseline);
    const plain = await start(databases.plain);
    const order = [ours, baseline, plain];
    const { bursts, seconds } = PATTERNS[pattern];
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const variant of order) await variant.measure(bursts, seconds);
      const rates = [ours, baseline, plain].map(({ rates }) => (rates.at(-1) ?? 0).toFixed(0));
      progress(
        `round ${round} of ${ROUNDS}: ours ${rates[0]}, no trigger ${rates[1]}, plain NOTIFY ${rates[2]} commits/s`,
      );
      order.reverse();
    }
    const row = toRow(name, 'commits/s', ours.rates, baseline.rates);
    return { ...row, alternatives: { 'plain NOTIFY trigger': median(plain.rates) } };
  } finally {
    for (const release of releases.reverse()) await release();
  }
}

function benchmark(major: PostgresMajor, flushMs: number, pattern: Pattern): Benchmark {
  const name = `commit rate of ${WRITERS} writers, PostgreSQL ${major}, flush of ${flushMs} ms, ${pattern}`;
  return { name, measure: (progress) => measure(name, major, flushMs, pattern, progress) };
}

export const COMMIT_RATE: readonly Benchmark[] = ([15, 18] as const).flatMap((major) =>
  [2, 4, 10].flatMap((flushMs) => [
    benchmark(major, flushMs, 'bursts of 1 s'),
    benchmark(major, flushMs, 'steady'),
  ]),
);
