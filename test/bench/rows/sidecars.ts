import { setInterval, setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../../support/postgres/postgres.ts';
import { atMost } from '../aim.ts';
import { PostgresWatch } from '../odoo/servers/postgres-watch.ts';
import { figure, type Row, toRow } from '../row.ts';
import type { Benchmark, Run } from '../run.ts';
import { BenchDatabase } from '../servers/bench-database.ts';
import { startSidecar } from '../servers/bench-sidecar.ts';
import { Pages } from '../servers/pages.ts';

const COUNTS = [1, 2, 4] as const;
const SOCKETS = 1_000;
const MESSAGES = 400;
const WARM_UP_MESSAGES = 60;
const INTERVAL_MS = 50;
const QUIET_MS = 2_000;
/** Each more may cost a quarter of what one costs. */
const GROWTH = 0.25;

const NAME = "PostgreSQL's CPU a message";
const figureOf = (count: number) => ({
  name: `${NAME} with ${count} sidecars, by that with one`,
  ...{ unit: 'ms', aims: [atMost(1 + (count - 1) * GROWTH)] },
});

/** @returns PostgreSQL's processor time for each message to one of the pages, in milliseconds, the writer's share included */
async function measureWith(count: number, node: string): Promise<number> {
  const postgres = await startPostgres(15);
  const releases = [() => postgres.stop()];
  try {
    const database = await BenchDatabase.create(postgres);
    const pages = await Pages.start(1);
    releases.push(() => pages.stop());
    const tokens = await database.addTokens(SOCKETS);
    const share = SOCKETS / count;
    for (let index = 0; index < count; index += 1) {
      const sidecar = await startSidecar(postgres, [database.name], { node });
      releases.push(() => sidecar.stop());
      const auths = tokens
        .slice(index * share, (index + 1) * share)
        .map((token) => ({ db: database.name, token, positions: {}, parcels: true }));
      await pages.connect(`${sidecar.url}/longpolling`, auths, 'bench_one');
    }
    const writer = new pg.Client(database.config);
    await writer.connect();
    releases.push(() => writer.end());
    const watch = await PostgresWatch.start(postgres);
    releases.push(() => watch.stop());
    await send(writer, pages, 0, WARM_UP_MESSAGES);
    await sleep(QUIET_MS);
    const before = await watch.readTime();
    await send(writer, pages, WARM_UP_MESSAGES, MESSAGES);
    return ((await watch.readTime()) - before) / MESSAGES;
  } finally {
    for (const release of releases.reverse()) await release();
  }
}

/** Commits messages for single pages, and waits until the last one has arrived. */
async function send(writer: pg.Client, pages: Pages, first: number, count: number): Promise<void> {
  const numbers: number[] = [];
  for await (const _ of setInterval(INTERVAL_MS)) {
    const number = first + numbers.length;
    await writer.query('INSERT INTO web_socketio_message (channel, "values") VALUES (\'bench_one\', $1)', [
      JSON.stringify({ to_id: 1 + ((number * 7) % SOCKETS), number }),
    ]);
    numbers.push(number);
    if (numbers.length === count) break;
  }
  await pages.waitFor(numbers);
}

async function measure({ rounds, node, progress }: Run): Promise<Row[]> {
  const values = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
  const order = [...COUNTS];
  for (let round = 1; round <= rounds; round += 1) {
    for (const count of order) values.get(count)?.push(await measureWith(count, node));
    const told = COUNTS.map((count) => `${count}: ${figure(values.get(count)?.at(-1) ?? 0)} ms`);
    progress(`round ${round} of ${rounds}: ${told.join(', ')}`);
    order.reverse();
  }
  const one = values.get(1) ?? [];
  return [2, 4].map((count) => {
    const spec = figureOf(count);
    return { ...toRow(spec.name, spec.unit, values.get(count) ?? [], one), ...spec };
  });
}

/** What does one more sidecar cost PostgreSQL? The same pages are spread over them. */
export const SIDECARS: Benchmark[] = [
  {
    name: NAME,
    figures: [2, 4].map(figureOf),
    warmUp: `${WARM_UP_MESSAGES} messages in each round`,
    measure,
  },
];
