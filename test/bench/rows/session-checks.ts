import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresAddress, startPostgres } from '../../support/postgres/postgres.ts';
import { BenchDatabase } from '../servers/bench-database.ts';
import { startSidecar } from '../servers/bench-sidecar.ts';
import { type AskedChecks, CountingOdoo } from '../servers/counting-odoo.ts';
import { Pages } from '../servers/pages.ts';

/**
 * What it costs OpenERP to look at the sessions of so many pages: real pages of a real sidecar, and somebody at OpenERP's
 * address who counts. `npx tsx test/bench/rows/session-checks.ts 10 1000 10000`, after `npm run build`.
 */
const COUNTS = process.argv.slice(2).map(Number);
/** Three times each session, and more. */
const MEASURED_MS = 150_000;

async function measure(postgres: PostgresAddress, count: number): Promise<string> {
  const counter = await CountingOdoo.start();
  const database = await BenchDatabase.create(postgres);
  const sidecar = await startSidecar(postgres, [database.name], { args: ['--odoo-url', counter.url] });
  const tokens = await database.addTokens(count, true);
  const pages = await Pages.start(null);
  const began = performance.now();
  await pages.connect(
    `${sidecar.url}/longpolling`,
    tokens.map((token) => ({ db: database.name, token, positions: {} })),
    null,
  );
  await sleep(MEASURED_MS);
  const seconds = (performance.now() - began) / 1000;
  await pages.disconnect();
  await pages.stop();
  await sidecar.stop();
  counter.stop();
  return describe(count, seconds, began, counter.asked);
}

function describe(count: number, seconds: number, began: number, asked: readonly AskedChecks[]): string {
  const last = new Map<string, number>();
  let longest = 0;
  for (const { at, tokens } of asked) {
    for (const token of tokens) {
      longest = Math.max(longest, at - (last.get(token) ?? began));
      last.set(token, at);
    }
  }
  const inOneSecond = asked.map(
    ({ at }) => asked.filter((one) => one.at >= at && one.at < at + 1_000).length,
  );
  const sessions = asked.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const bytes = asked.reduce((sum, one) => sum + one.bytes, 0);
  return [
    `${count} pages: ${(asked.length / seconds).toFixed(3)} requests/s`,
    `at most ${Math.max(0, ...inOneSecond)} in one second`,
    `${(sessions / Math.max(1, asked.length)).toFixed(0)} sessions a request`,
    `${(bytes / seconds / 1000).toFixed(2)} kB/s`,
    `${last.size} of ${count} looked at, the longest time without ${(longest / 1000).toFixed(1)} s`,
  ].join('; ');
}

process.once('SIGINT', () => process.exit(130));
const postgres = await startPostgres(15);
for (const count of COUNTS) process.stdout.write(`${await measure(postgres, count)}\n`);
await postgres.stop();
