import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { now } from '../clock.ts';
import { LiveBench, RECORDS } from '../live/live-bench.ts';
import { type ListedPage, LivePages } from '../live/live-pages.ts';
import { figure, median, type Row, toCount } from '../row.ts';
import type { Benchmark, Run } from '../run.ts';
import { readMemory } from '../servers/server.ts';

const LENGTH = 80;
/** So many of the pages show the record that is changed. */
const SHOWING = 10;
const SHARED = 1;
const CHANGES = 20;
const WARM_UP_PAGES = 200;
const TIMEOUT_MS = 60_000;
/** Long enough for what should not come. */
const QUIET_MS = 500;

/** Each page shows records that no other shows, and the first of them one that they share. */
function listedPages(tokens: readonly string[]): ListedPage[] {
  const each = Math.floor((RECORDS - SHARED) / tokens.length);
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

async function measureOnce(count: number, { node }: Run): Promise<number[]> {
  const bench = await LiveBench.start(node, [true]);
  const [database] = bench.databases;
  const [idle, pages] = [new LivePages(), new LivePages()];
  const client = new pg.Client(database?.config);
  try {
    await client.connect();
    const { url } = bench.sidecar;
    const name = database?.name ?? '';
    const listed = listedPages((await database?.addTokens(count)) ?? []);
    // What is needed once is not a page's.
    await pages.open(url, name, listed.slice(0, WARM_UP_PAGES));
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
    return [median(times), spent / CHANGES, (shown - before) / count, (connected - before) / count];
  } finally {
    idle.close();
    pages.close();
    await client.end();
    await bench.stop();
  }
}

/** @param count how many pages there are */
export function liveListsOf(count: number): Benchmark {
  const name = `${count.toLocaleString('en')} pages with a list, one record changed`;
  const figures = [
    { name: `${name}: commit → last of ${SHOWING} that show it`, unit: 'ms' },
    { name: `${name}: processor time of the sidecar`, unit: 'ms' },
    {
      name: `memory a page with a live list of ${LENGTH} records, at ${count.toLocaleString('en')}`,
      unit: 'kB',
    },
    { name: `memory a page without a live view, at ${count.toLocaleString('en')}`, unit: 'kB' },
  ];
  return {
    ...{ name, figures, warmUp: `in each round ${WARM_UP_PAGES} pages come and go` },
    measure: async (run: Run): Promise<Row[]> => {
      const values: number[][] = [];
      while (values.length < run.rounds) {
        const one = await measureOnce(count, run);
        values.push(one);
        run.progress(`round ${values.length} of ${run.rounds}: ${one.map(figure).join(', ')}`);
      }
      return figures.map(({ name, unit }, index) =>
        toCount(
          name,
          unit,
          values.map((one) => one[index] ?? Number.NaN),
        ),
      );
    },
  };
}

/** Does a change reach those who show its record, and nobody else? What it costs, and what such a page costs. */
export const LIVE_LISTS: readonly Benchmark[] = [liveListsOf(1_000)];
