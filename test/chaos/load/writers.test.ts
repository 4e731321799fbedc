import { expect, it } from 'vitest';
import { openDatabase, readLedger } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { Fleet } from '../fleet/fleet.ts';
import { idsOf } from '../fleet/page-record.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { sizes } from '../record/form.ts';
import { conclude, expectNoResync } from '../record/tally.ts';
import { WriterCrew } from './writer-crew.ts';

const WRITERS = 16;
const { writeMs } = sizes({ short: { writeMs: 5_000 }, long: { writeMs: 60_000 } });
const INSERT = `INSERT INTO web_socketio_message (channel, "values") VALUES ('chaos_each', '{}'), ('chaos_queue', '{}')`;

async function start() {
  const database = await openDatabase();
  const sidecar = await ChaosSidecar.open({ server: database.server, database: database.name });
  const each = await Fleet.open(database, { pages: 1, origin: sidecar.url, channels: ['each'] });
  const queue = await Fleet.open(database, { pages: 1, origin: sidecar.url, channels: ['queue'] });
  return { database, each, queue, sidecars: [sidecar] };
}

it('delivers what the lower of two transactions commits after the younger was delivered', async () => {
  const party = await start();
  const { database, each, queue } = party;
  const older = await database.connect();
  await older.query('BEGIN');
  await older.query(INSERT);
  const younger = await database.connect();
  await younger.query(INSERT);
  await expect
    .poll(async () => [(await each.summary()).least.each, (await queue.summary()).least.queue])
    .toEqual([1, 1]);
  await older.query('COMMIT');
  await awaitArrival(party);
  conclude('late commit', await count(party));
  const [low = '', high = ''] = await readLedger(database, 'each');
  const [page] = await each.records();
  expect(page && idsOf(page, 'each').slice(0, 2)).toEqual([high, low]);
});

it('delivers what sixteen writers commit, and nothing they roll back, cancelled at random', async () => {
  const party = await start();
  const crew = await WriterCrew.gather(party.database, WRITERS);
  await crew.write(writeMs);
  await awaitArrival(party);
  conclude('writers', await count(party), `transactions ${crew.turns} cancelled ${crew.cancelled}`);
  expectNoResync([...(await party.each.records()), ...(await party.queue.records())]);
});
