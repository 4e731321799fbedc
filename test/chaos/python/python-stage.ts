import { onTestFailed } from 'vitest';
import { RoundRobin } from '../../support/network/round-robin.ts';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { openDatabase } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { ChaosWorker, PYTHON_ADDONS } from './chaos-worker.ts';

export interface StageOptions {
  readonly pages: number;
  readonly sidecars: number;
  readonly workers: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly server?: PostgresAddress;
}

/** Pages that listen to both channels, through handlers in Python. */
export interface Stage {
  readonly database: TestDatabase;
  readonly sidecars: readonly ChaosSidecar[];
  readonly workers: readonly ChaosWorker[];
  readonly each: Fleet;
  readonly queue: Fleet;
}

/** Opens all of them; each worker is linked to each sidecar. They end with the test. */
export async function openStage({ pages, server, env = {}, ...options }: StageOptions): Promise<Stage> {
  const database = await openDatabase(server);
  const address = { server: database.server, database: database.name, addons: PYTHON_ADDONS, env };
  const sidecars: ChaosSidecar[] = [];
  while (sidecars.length < options.sidecars) sidecars.push(await ChaosSidecar.open(address));
  const urls = sidecars.map(({ url }) => url);
  const workers: ChaosWorker[] = [];
  while (workers.length < options.workers) workers.push(await ChaosWorker.open(database, urls));
  onTestFailed(() => {
    for (const { log } of [...sidecars, ...workers]) process.stderr.write(`${log}\n----\n`);
  });
  const { url: origin } = await RoundRobin.start(sidecars.map(({ port }) => port));
  const each = await Fleet.open(database, { pages, origin, channels: ['each'] });
  const queue = await Fleet.open(database, { pages, origin, channels: ['queue'] });
  return { database, sidecars, workers, each, queue };
}
