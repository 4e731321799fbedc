import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFew } from '../../../sidecar/src/postgres/read/few-messages.ts';
import { currentSnapshot, readNew } from '../../../sidecar/src/postgres/read/message-reader.ts';
import { MessageStream, type ReadPage } from '../../../sidecar/src/postgres/read/message-stream.ts';
import { byIndex } from '../../../sidecar/src/postgres/read/unseen.ts';
import { FLOOD, INSERT_FLOOD } from '../../support/postgres/flood-rows.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const INSERT = `INSERT INTO web_socketio_message (channel, uid, "values") VALUES ('mine', $1, $2)`;

/** What a statement that ran on that connection costs, in blocks, at these values. */
async function blocks(client: pg.ClientBase, name: string, values: readonly string[]): Promise<number> {
  const { rows } = await client.query(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE ${name}(${values.map((value) => `'${value}'`).join()})`,
  );
  const { 'Shared Hit Blocks': hit, 'Shared Read Blocks': read } = rows[0]?.['QUERY PLAN'][0].Plan ?? {};
  return hit + read;
}

describe.each([10, 15, 18] as const)('On PostgreSQL %i', (major) => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres(major);
  });

  afterAll(() => server.stop());

  async function open(writers: number) {
    const database = await TestDatabase.create(server);
    const client = await database.connect();
    await client.query(byIndex(false));
    const others = await Promise.all(Array.from({ length: writers }, () => database.connect()));
    const [writer = client] = others;
    return { database, client, writer, others };
  }

  it('reads what a read by ranges reads, whatever was open, rolled back or requeued', async () => {
    const { client, others } = await open(8);
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const isOpen = new Set<pg.Client>();
    const seen: string[] = [];
    let since = await currentSnapshot(client);
    for (let step = 1; step <= 400; step += 1) {
      const writer = others[random(others.length)] ?? client;
      if (!isOpen.has(writer)) {
        await writer.query('BEGIN');
        isOpen.add(writer);
      }
      if (random(5) === 0) await writer.query('SAVEPOINT one');
      await writer.query(INSERT, [random(2) === 0 ? null : step, JSON.stringify({ step, text: '"ä\\' })]);
      if (random(9) === 0) {
        await writer.query(`UPDATE web_socketio_message SET txid = txid_current(), attempts = 1, lease = NULL
          WHERE id = (SELECT id FROM web_socketio_message ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED)`);
      }
      if (random(3) === 0) {
        await writer.query(random(4) === 0 ? 'ROLLBACK' : 'COMMIT');
        isOpen.delete(writer);
      }
      if (random(4) > 0) continue;
      // In one snapshot, so that both see the same.
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      const few = await readFew(client, since, '0');
      const ranges = await readNew(client, since, [], '0');
      await client.query('COMMIT');
      const plain = ranges.rows.map(({ id, txid, channel, uid, date, values, taken, failed }) => {
        return { id, txid, channel, uid, date, values, taken, failed };
      });
      expect(few).toEqual({ ...ranges, rows: plain, clock: expect.any(String) });
      seen.push(...plain.map(({ id }) => id));
      since = ranges.snapshot;
    }
    expect(seen.length).toBeGreaterThan(100);
  });

  it('reads many messages, many transactions and large messages not at all', async () => {
    const { client, writer } = await open(1);
    const fewAfter = async (statement: string) => {
      const since = await currentSnapshot(client);
      await writer.query(statement);
      return (await readFew(client, since, '0'))?.rows.length ?? null;
    };
    const insert = (count: number, values: string) => `
      INSERT INTO web_socketio_message (channel, "values")
      SELECT 'mine', json_build_object('text', ${values}) FROM generate_series(1, ${count})`;
    expect(await fewAfter('SELECT 1')).toBe(0);
    expect(await fewAfter(insert(199, `'few'`))).toBe(199);
    expect(await fewAfter(insert(200, `'many'`))).toBe(null);
    expect(await fewAfter(insert(1, `repeat('x', 100000)`))).toBe(1);
    const large = `(SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 1000))`;
    expect(await fewAfter(insert(1, large))).toBe(null);
    const since = await currentSnapshot(client);
    for (let commits = 0; commits < 64; commits += 1) await writer.query(insert(1, `'one'`));
    expect((await readFew(client, since, '0'))?.commits).toBe(64);
    await writer.query(insert(1, `'one more'`));
    expect(await readFew(client, since, '0')).toBe(null);
  });

  it('takes no more rows than are few, of however many transactions', async () => {
    const { client, writer } = await open(1);
    const since = await currentSnapshot(client);
    for (let commits = 0; commits < 10; commits += 1) {
      await writer.query(`INSERT INTO web_socketio_message (channel, "values")
        SELECT 'mine', '{}' FROM generate_series(1, 100)`);
    }
    expect(await readFew(client, since, '0')).toBe(null);
    const [, xmax = ''] = since.split(':');
    const { rows } = await client.query(`EXECUTE web_socketio_few('${xmax}', '0')`);
    // With the row that says the snapshot.
    expect(rows.length).toBe(201);
  });

  it('costs nothing of a flood that is not committed, or was rolled back', async () => {
    const { client, writer } = await open(1);
    await writer.query('BEGIN');
    const before = await currentSnapshot(client);
    await writer.query(INSERT_FLOOD, [FLOOD]);
    const during = await currentSnapshot(client);
    // Only now does a snapshot list the flood as open.
    await client.query('SELECT txid_current()');
    const listed = await currentSnapshot(client);
    const costs = async () => {
      for (const since of [before, during, listed]) {
        expect(await readFew(client, since, '0')).toMatchObject({ rows: [] });
        const [, xmax = '', open = ''] = since.split(':');
        const cost =
          open === ''
            ? blocks(client, 'web_socketio_few', [xmax, '0'])
            : blocks(client, 'web_socketio_few_open', [xmax, '0', `{${open}}`]);
        expect(await cost).toBeLessThan(50);
      }
    };
    await costs();
    await writer.query('ROLLBACK');
    await costs();
  });

  it('is not tried again after a read that failed, until one by ranges brought few', async () => {
    const { client, writer } = await open(1);
    const rows: string[] = [];
    const events = {
      begin: () => undefined,
      read: (page: ReadPage) => void rows.push(...page.rows.map(({ channel }) => channel)),
      heard: () => [],
    };
    // The lock keeps a statement from being prepared, so whether it is there says whether it was tried since.
    const wasTried = async () => {
      const found = await client.query("SELECT FROM pg_prepared_statements WHERE name = 'web_socketio_few'");
      return found.rowCount === 1;
    };
    const stream = new MessageStream(events, null);
    await stream.begin(client, '0');
    await writer.query('BEGIN');
    await writer.query('LOCK TABLE web_socketio_message IN ACCESS EXCLUSIVE MODE');
    await client.query("SET statement_timeout = '200ms'");
    await expect(stream.round(client)).rejects.toMatchObject({ code: '57014' });
    await client.query('RESET statement_timeout');
    await writer.query('ROLLBACK');
    await writer.query(INSERT, [1, '{}']);
    await stream.round(client);
    expect([rows, await wasTried()]).toEqual([['mine'], false]);
    await stream.round(client);
    expect(await wasTried()).toBe(true);
  });
});
