import { expect, it } from 'vitest';
import { openDatabase, readLedger } from '../chaos-database.ts';
import { ChaosSidecar } from '../chaos-sidecar.ts';
import { fingerprint } from '../fleet/fingerprint.ts';
import { Fleet } from '../fleet/fleet.ts';
import { awaitArrival, count } from '../record/arrival.ts';
import { conclude, expectNoResync } from '../record/tally.ts';

const INSERT = `INSERT INTO web_socketio_message (channel, "values") VALUES ('chaos_each', $1), ('chaos_queue', $1)`;
const ROLLED_BACK = { text: 'rolled back' };
/** 8,000 bytes is where NOTIFY ends. Those of the JSON text as it lies in the row count. */
const textOf = (bytes: number) => ({ text: 'x'.repeat(bytes - JSON.stringify({ text: '' }).length) });
const EQUAL = Array.from({ length: 10 }, () => ({ text: 'equal' }));
const SPECIAL = [
  ...[7_999, 8_000, 8_001, 1_000_000].map(textOf),
  { text: 'emoji 🐘👩🏽‍🚀 ﷽' },
  { text: 'before\u0000after' },
  { 'key\u0000': { deep: ['ä', '\\u0000', '"', null, 1.5e300, -0.1] } },
];

it('delivers equal, large and strange messages as they were written, and nothing that was rolled back', async () => {
  const database = await openDatabase();
  const sidecar = await ChaosSidecar.open({ server: database.server, database: database.name });
  const each = await Fleet.open(database, { pages: 2, origin: sidecar.url, channels: ['each'] });
  const queue = await Fleet.open(database, { pages: 2, origin: sidecar.url, channels: ['queue'] });
  const writer = await database.connect();
  const send = async (values: object) => void (await writer.query(INSERT, [JSON.stringify(values)]));
  await writer.query('BEGIN');
  for (const values of EQUAL) await send(values);
  await writer.query('COMMIT');
  for (const values of SPECIAL) {
    await writer.query('BEGIN');
    await send(ROLLED_BACK);
    await writer.query('ROLLBACK');
    await writer.query('BEGIN');
    await writer.query('SAVEPOINT one');
    await send(ROLLED_BACK);
    await writer.query('ROLLBACK TO SAVEPOINT one');
    await send(values);
    await writer.query('COMMIT');
  }
  const party = { database, each, queue, sidecars: [sidecar] };
  await awaitArrival(party);
  conclude('equal and large', await count(party));
  const eachPages = await each.records();
  const queuePages = await queue.records();
  expectNoResync([...eachPages, ...queuePages]);
  expect(await readLedger(database, 'each')).toHaveLength(EQUAL.length + SPECIAL.length + 1);
  const expected = [...EQUAL, ...SPECIAL, { last: true }].map(fingerprint);
  for (const { shown } of eachPages) expect(shown.each.map(({ print }) => print)).toEqual(expected);
  const queued = queuePages.flatMap(({ shown }) => shown.queue).map(({ print }) => print);
  expect(queued.toSorted()).toEqual(expected.toSorted());
});
