import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { now } from '../clock.ts';
import { LiveBench, RECORDS } from '../live/live-bench.ts';
import { type ListedPage, LivePages } from '../live/live-pages.ts';
import { figure, median, type Row, toCount } from '../row.ts';
import type { Benchmark, Run } from '../run.ts';
import { readMemory } from '../servers/server.ts';

const PAGES = 1_000;
const LENGTH = 80;
/** So many of the pages show the record that is changed. */
const SHOWING = 10;
const SHARED = 1;
const CHANGES = 20;
const TIMEOUT_MS = 60_000;
/** Long enough for what should not come. */
const QUIET_MS = 500;

const NAME = '1,000 pages with a list, one record changed';
const FIGURES = [
  { name: `${NAME}: commit → last of ${SHOWING} that show it`, unit: 'ms' },
  { name: `${NAME}: processor time of the sidecar`, unit: 'ms' },
  { name: 'memory a page with a live list of 80 records', unit: 'kB' },
  { name: 'memory a page without a live view', unit: 'kB' },
];

/** Each page shows records that no other shows, and the first of them one that they share. */
function listedPages(tokens: readonly string[]): ListedPage[] {
  const each = Math.floor((RECORDS - SHARED) / PAGES);
  return tokens.map((token, page) => {
    const first = SHARED + page * each + 1;
    const ids = Array.from({ length: Math.min(LENGTH, each) }, (_, index) => first + index);
    return { token, ids: page < SHOWING ? [SHARED, ...ids.slice(1)] : ids };
  });
}

async function processorMs(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return 1_000 * Number(/^process_cpu_seconds_total (\S+)$/m.exec(text)?.[1]);
}

/** @returns from the commit to the last page that shows the record. One that does not and is told ends the run */
async function change(client: pg.Client, pages: LivePages): Promise<number> {
  const showing = Array.from({ length: SHOWING }, (_, page) => page);
  pages.take();
  const begun = now();
  await client.query(
    `UPDATE res_partner SET comment = comment || '!', write_uid = 3, write_date = now() AT TIME ZONE 'UTC' WHERE id = $1`,
    [SHARED],
  );
  let last = pages.toldAt(showing);
  while (last === undefined) {
    if (now() > begun + TIMEOUT_MS)
      throw new Error('Not every page that shows the record was told of its change.');
    await sleep(1);
    last = pages.toldAt(showing);
  }
  await sleep(QUIET_MS);
  pages.check();
  const told = pages.take();
  if (told.size !== SHOWING || [...told.values()].some((count) => count !== 1)) {
    throw new Error(
      `Pages ${[...told].map(([page, count]) => `${page} (${count})`).join(', ')} were told of a record that pages 0 to ${SHOWING - 1} show.`,
    );
  }
  return last - begun;
}

async function measureOnce({ node }: Run): Promise<number[]> {
  const bench = await LiveBench.start(node, [true]);
  const [database] = bench.databases;
  const [idle, pages] = [new LivePages(), new LivePages()];
  const client = new pg.Client(database?.config);
  try {
    await client.connect();
    const { url } = bench.sidecar;
    const name = database?.name ?? '';
    const listed = listedPages((await database?.addTokens(PAGES)) ?? []);
    // What is needed once is not a page's.
    await pages.open(url, name, listed.slice(0, 200));
    pages.close();
    const before = await readMemory(bench.sidecar);
    await idle.open(url, name, listed, false);
    const connected = await readMemory(bench.sidecar);
    idle.close();
    await pages.open(url, name, listed);
    const shown = await readMemory(bench.sidecar);
    const processor = await processorMs(url);
    const times: number[] = [];
    while (times.length < CHANGES) times.push(await change(client, pages));
    const spent = (await processorMs(url)) - processor;
    return [median(times), spent / CHANGES, (shown - before) / PAGES, (connected - before) / PAGES];
  } finally {
    idle.close();
    pages.close();
    await client.end();
    await bench.stop();
  }
}

async function measure(run: Run): Promise<Row[]> {
  const values: number[][] = [];
  while (values.length < run.rounds) {
    const one = await measureOnce(run);
    values.push(one);
    run.progress(`round ${values.length} of ${run.rounds}: ${one.map(figure).join(', ')}`);
  }
  return FIGURES.map(({ name, unit }, index) =>
    toCount(
      name,
      unit,
      values.map((one) => one[index] ?? Number.NaN),
    ),
  );
}

/** Does a change reach those who show its record, and nobody else? What it costs, and what such a page costs. */
export const LIVE_LISTS: readonly Benchmark[] = [
  { name: NAME, figures: FIGURES, warmUp: 'in each round 200 pages come and go', measure },
];
