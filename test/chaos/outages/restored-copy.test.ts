import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { openDatabase, readQueue } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { Load } from '../load/load.ts';
import { awaitArrival, awaitResynced, count, hasArrived } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude, expectOneResync } from '../record/tally.ts';
import { copyRows, dumpAndRestore, renameAway } from './database-copy.ts';

const { pages, waiting, hasPrograms } = sizes({
  short: { pages: 10, waiting: 300, hasPrograms: false },
  long: { pages: 100, waiting: 1_000, hasPrograms: existsSync('/usr/bin/pg_dump') },
});

function restore(database: TestDatabase, away: string): Promise<void> {
  return hasPrograms ? dumpAndRestore(database, away) : copyRows(database, away);
}

it('tells each page once to load its data again, and loses nothing of the queue, when a copy takes the place of the database', async () => {
  const database = await openDatabase();
  const sidecar = await ChaosSidecar.open({ server: database.server, database: database.name });
  const each = await Fleet.open(database, { pages, origin: sidecar.url, channels: ['each'] });
  const slow = { pages: 5, workMs: 2_000 };
  const queue = await Fleet.open(database, { ...slow, origin: sidecar.url, channels: ['queue'] });
  const party = { database, each, queue, sidecars: [sidecar] };
  await new Load(database, { channels: ['each'], perSecond: 100, count: 20 }).done;
  await expect.poll(() => hasArrived({ database, each, sidecars: [] })).toBe(true);
  await new Load(database, { channels: ['queue'], perSecond: 1_000, count: waiting }).done;
  const away = await renameAway(database);
  await restore(database, away);
  const copied = (await readQueue(database)).length;
  const back = await awaitResynced(each, pages);
  await new Load(database, { channels: ['each', 'queue'], perSecond: 100, count: 20 }).done;
  await awaitArrival(party);
  conclude(
    'restored copy',
    await count(party),
    `made by ${hasPrograms ? 'pg_dump and psql' : 'copied rows'}`,
    `waiting in its queue ${copied}`,
    `pages back after ${back.toFixed(0)} ms`,
  );
  expectOneResync(await each.records(), 'epoch');
  expect(copied).toBeGreaterThan(0);
});
