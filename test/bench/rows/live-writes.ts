import { z } from 'zod';
import { Worker } from '../../support/process/worker.ts';
import { atLeast } from '../aim.ts';
import { LiveBench, RECORDS } from '../live/live-bench.ts';
import { LivePages } from '../live/live-pages.ts';
import { figure, type Row, toRow } from '../row.ts';
import type { Benchmark, Run } from '../run.ts';
import type { BenchDatabase } from '../servers/bench-database.ts';

const SECONDS = 5;
const WARM_UP_SECONDS = 2;
const PAGES = 10;
const Written = z.object({ commits: z.number(), ms: z.number() });
const WRITER = new URL('../live/writer.ts', import.meta.url);

/** Somebody has lists open, of which the first records are written, too. */
async function openPages({ sidecar }: LiveBench, database: BenchDatabase): Promise<LivePages> {
  const pages = new LivePages();
  const tokens = await database.addTokens(PAGES);
  const ids = Array.from({ length: 80 }, (_, index) => index + 1);
  await pages.open(
    sidecar.url,
    database.name,
    tokens.map((token) => ({ token, ids })),
  );
  return pages;
}

/** Who writes, and to which disk. */
interface Setting {
  readonly writers: number;
  readonly flushMs: number;
  /** What each does beside SQL for each write. */
  readonly pauseMs: number;
}

/** Writes alternately to a table with the triggers and to one without. */
async function measure({ writers, flushMs, pauseMs }: Setting, name: string, run: Run): Promise<Row[]> {
  const flush = { fsync: 'on', commit_delay: `${flushMs * 1000}`, commit_siblings: '0' };
  const bench = await LiveBench.start(run.node, [true, false], flush);
  const workers: Worker[] = [];
  const opened: LivePages[] = [];
  try {
    const rates: [number[], number[]] = [[], []];
    for (const database of bench.databases) {
      opened.push(await openPages(bench, database));
      const worker = new Worker(WRITER, { config: database.config, writers, records: RECORDS, pauseMs });
      workers.push(worker);
      await worker.next();
    }
    const write = async (index: number, seconds: number): Promise<number> => {
      const answer = workers[index]?.next();
      workers[index]?.send({ seconds });
      const { commits, ms } = Written.parse(await answer);
      return (commits / ms) * 1_000;
    };
    const order = [0, 1];
    for (const index of order) await write(index, WARM_UP_SECONDS);
    for (let round = 1; round <= run.rounds; round += 1) {
      for (const index of order) rates[index]?.push(await write(index, SECONDS));
      run.progress(
        `round ${round} of ${run.rounds}: ${rates.map((rate) => figure(rate.at(-1) ?? 0)).join(', ')} writes/s`,
      );
      order.reverse();
    }
    for (const pages of opened) pages.check();
    return [{ ...toRow(name, 'writes/s', ...rates), aims: [atLeast(0.95)] }];
  } finally {
    for (const pages of opened) pages.close();
    for (const worker of workers) await worker.stop();
    await bench.stop();
  }
}

function benchmark(setting: Setting): Benchmark {
  const { writers, flushMs, pauseMs } = setting;
  const pace = pauseMs > 0 ? `${pauseMs} ms between writes` : 'flat out';
  const name = `writes a second of a live table, ${writers} writer${writers > 1 ? 's' : ''}, ${pace}, flush of ${flushMs} ms`;
  return {
    name,
    figures: [{ name, unit: 'writes/s', aims: [atLeast(0.95)] }],
    warmUp: `${WARM_UP_SECONDS} s of writing to each`,
    measure: (run) => measure(setting, name, run),
  };
}

/**
 * What do the triggers of a live model cost those who write, while pages show it? The baseline has none. Odoo's ORM takes some
 * milliseconds for a write; scripts that write by SQL alone do so flat out.
 */
export const LIVE_WRITES = [
  benchmark({ writers: 8, flushMs: 2, pauseMs: 5 }),
  benchmark({ writers: 1, flushMs: 2, pauseMs: 0 }),
  benchmark({ writers: 16, flushMs: 4, pauseMs: 0 }),
];
