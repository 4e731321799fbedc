import { expect, it } from 'vitest';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { BOTH_MODES } from '../../support/sidecar/both-modes.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

/** Rows as a dump brings them: before there are triggers, with numbers of transactions of another server. */
async function restore(database: TestDatabase, rows: string): Promise<void> {
  await database.query(`
    ALTER TABLE web_socketio_message DISABLE TRIGGER USER;
    INSERT INTO web_socketio_message (txid, channel, "values", lease, dead) ${rows};
    ALTER TABLE web_socketio_message ENABLE ALWAYS TRIGGER web_socketio_stamp;
    ALTER TABLE web_socketio_message ENABLE ALWAYS TRIGGER web_socketio_wake_up;
    UPDATE web_socketio_state SET epoch = '7:1:00000001:abc', started = '2020-01-01', pulse = 3`);
}

async function openPage(sidecar: TestSidecar, database: TestDatabase) {
  const shown = { each: [] as number[], queue: [] as number[] };
  const socket = await sidecar.connect('/mine', database.name, await database.addToken());
  for (const channel of ['each', 'queue'] as const) {
    socket.on(channel, (messages: { n: number }[], acknowledge: (answer: object) => void) => {
      shown[channel].push(...messages.map(({ n }) => n));
      acknowledge({ ok: true });
    });
  }
  return shown;
}

it.each([
  ['higher', 'txid_current() + 3 + n'],
  ['much higher', '1000000000000 + n'],
  ['lower', '3'],
])(
  'shows rows of another server, whose transactions have %s numbers, as old ones, and new ones once',
  async (_, txid) => {
    const database = await TestDatabase.create();
    const lease = `'6f1a9d3e-0000-4000-8000-000000000000'::uuid`;
    await restore(
      database,
      `SELECT (${txid})::bigint, channel, json_build_object('n', n), CASE WHEN n % 3 = 0 AND channel = 'queue' THEN ${lease} END,
            CASE WHEN n = 5 THEN now() END
     FROM generate_series(1, 20) AS n, unnest(ARRAY['each', 'queue']) AS channel`,
    );
    const sidecar = await TestSidecar.start(database, BOTH_MODES);
    await expect.poll(() => sidecar.log).toContain('The database is another one than before');
    const shown = await openPage(sidecar, database);
    // What was leased to a sidecar of the other server waits here, too; dead letters from there stay such.
    const waiting = Array.from({ length: 20 }, (_, index) => index + 1).filter((n) => n !== 5);
    await expect.poll(() => shown.queue.toSorted((one, other) => one - other)).toEqual(waiting);
    for (const n of [101, 102, 103]) await database.insert('each', { n });
    await database.insert('queue', { n: 101 });
    await expect.poll(() => shown.each).toEqual([101, 102, 103]);
    await database.query(
      `SELECT web_socketio_requeue(id) FROM web_socketio_message WHERE channel = 'queue' AND dead IS NOT NULL`,
    );
    await expect.poll(() => shown.queue.slice(waiting.length)).toEqual([101, 5]);
    await database.insert('each', { n: 104 });
    await expect.poll(() => shown.each).toEqual([101, 102, 103, 104]);
    expect(sidecar.log).toContain('The database is another one than before');
  },
);
