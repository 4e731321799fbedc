import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Writers of one live table, in a process of their own: `{ seconds }` makes them write, the answer is a count. */
interface Task {
  readonly config: pg.ClientConfig;
  readonly writers: number;
  readonly records: number;
  /** What each does beside SQL for each write, as Odoo's ORM does. */
  readonly pauseMs: number;
}

const { config, writers, records, pauseMs }: Task = JSON.parse(process.argv[2] ?? '{}');

const clients = await Promise.all(
  Array.from({ length: writers }, async () => {
    const client = new pg.Client(config);
    await client.connect();
    return client;
  }),
);

/** What the ORM does for a `write` of one record, in one round trip: this process should not be what is measured. */
const work = (id: number) => `
  BEGIN ISOLATION LEVEL REPEATABLE READ;
  SELECT id, name, active, comment FROM res_partner WHERE id = ${id};
  UPDATE res_partner SET name = 'Partner ' || ${id}, comment = repeat('y', 200), write_uid = 2,
    write_date = now() AT TIME ZONE 'UTC' WHERE id = ${id};
  COMMIT`;

let turn = 0;

async function write(client: pg.Client, writer: number, until: number): Promise<number> {
  let commits = 0;
  while (performance.now() < until) {
    turn += 1;
    // No two writers at the same record: that would be refused.
    const id = ((turn * 7_919) % Math.floor(records / writers)) * writers + writer + 1;
    await client.query(work(id));
    commits += 1;
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return commits;
}

process.on('message', async ({ seconds }: { seconds: number }) => {
  const start = performance.now();
  const counts = await Promise.all(
    clients.map((client, index) => write(client, index, start + seconds * 1_000)),
  );
  process.send?.({ commits: counts.reduce((sum, count) => sum + count, 0), ms: performance.now() - start });
});
process.send?.('ready');
