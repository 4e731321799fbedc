import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { START } from '../../../sidecar/src/delivery/interval.ts';
import { currentSnapshot, readChannel, readNew } from '../../../sidecar/src/postgres/read/message-reader.ts';
import { ReplayTable } from '../../../sidecar/src/postgres/read/replay-table.ts';
import { byIndex } from '../../../sidecar/src/postgres/read/unseen.ts';
import { expectWhole, FLOOD, INSERT_FLOOD, PART } from '../../support/postgres/flood-rows.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres/postgres.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

/** Blocks of a table and its index in which a part of rows like ours lies, several times over. All of the flood is ten times that. */
const PART_BLOCKS = 600;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

/** How a prepared statement is carried out: the blocks it looks at, and what it sorts. */
async function explain(
  client: pg.ClientBase,
  name: string,
  values: readonly unknown[],
): Promise<{ blocks: number; sorted: number }> {
  const list = values.map((value) => (Array.isArray(value) ? `'{}'` : pg.escapeLiteral(String(value))));
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE ${name}(${list.join(', ')})`,
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error('EXPLAIN said nothing.');
  const sorted: number[] = [];
  const look = (node: Plan) => {
    if (node['Node Type'].includes('Sort')) sorted.push(node['Actual Rows']);
    for (const inner of node.Plans ?? []) look(inner);
  };
  look(plan);
  return { blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], sorted: Math.max(0, ...sorted) };
}

describe.each([10, 15, 18] as const)('On PostgreSQL %i', (major) => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres(major);
  });

  afterAll(() => server.stop());

  async function open() {
    const database = await TestDatabase.create(server);
    const client = await database.connect();
    await client.query(byIndex(false));
    const writer = await database.connect();
    await writer.query('BEGIN');
    return { database, client, writer };
  }

  it('a read costs nothing of a flood that is not committed, or was rolled back', async () => {
    const { client, writer } = await open();
    const before = await currentSnapshot(client);
    await writer.query(INSERT_FLOOD, [FLOOD]);
    const during = await currentSnapshot(client);
    // Only now does a snapshot list the flood as open.
    await client.query('SELECT txid_current()');
    const listed = await currentSnapshot(client);
    const cost = async (since: string) => {
      await readNew(client, since, [], '0');
      return await explain(client, 'web_socketio_read', [since, [], '0']);
    };
    for (const since of [before, during, listed]) expect((await cost(since)).blocks).toBeLessThan(50);
    await writer.query('ROLLBACK');
    for (const since of [before, during, listed]) expect((await cost(since)).blocks).toBeLessThan(50);
  });

  it.each([
    ['was open', true],
    ['had not begun', false],
  ])('each part costs its own rows, of a transaction that %s at the read before', async (_, isOpen) => {
    const { client, writer } = await open();
    const before = await currentSnapshot(client);
    await writer.query(INSERT_FLOOD, [FLOOD]);
    const since = isOpen ? await currentSnapshot(client) : before;
    await writer.query('COMMIT');
    const { snapshot: upto, end, rows } = await readNew(client, since, [], '0');
    expect(rows).toHaveLength(PART);
    const costs = [await explain(client, 'web_socketio_read', [since, [], '0'])];
    const ids = rows.map(({ id }) => Number(id));
    for (let after = end; after !== null; ) {
      const part = await readChannel(client, 'flood', { since, upto, after }, '0');
      ids.push(...part.rows.map(({ id }) => Number(id)));
      const values = ['flood', since, upto, after.txid, after.id, '0'];
      costs.push(await explain(client, 'web_socketio_read_channel', values));
      after = part.end;
    }
    expectWhole(ids, FLOOD);
    expect(Math.max(...costs.map(({ blocks }) => blocks))).toBeLessThan(PART_BLOCKS);
    expect(Math.max(...costs.map(({ sorted }) => sorted))).toBeLessThan(100);
    const mine = await readChannel(client, 'mine', { since, upto, after: START }, '0');
    expect(mine.rows).toEqual([]);
    const other = await explain(client, 'web_socketio_read_channel', ['mine', since, upto, '0', '0', '0']);
    expect(other.blocks).toBeLessThan(50);
  });

  it('a replay costs what it gives, and knows that a flood is more than a replay', async () => {
    const { database, client, writer } = await open();
    await database.insert('mine', { seen: true });
    const since = await currentSnapshot(client);
    await writer.query(INSERT_FLOOD, [FLOOD]);
    await database.insert('mine', { missed: 1 });
    await writer.query('COMMIT');
    await database.insert('mine', { missed: 2 });
    const upto = await currentSnapshot(client);
    await database.insert('mine', { later: true });
    const pool = new pg.Pool({ ...database.config, max: 1 });
    onTestFinished(() => pool.end());
    const table = new ReplayTable(pool);
    const missed = await table.read({ channel: 'mine', since, upto, after: START }, '0');
    const texts = 'rows' in missed ? missed.rows.map(({ values }) => values) : [];
    expect(texts).toEqual(['{"missed":1}', '{"missed":2}']);
    expect(await table.read({ channel: 'flood', since, upto, after: START }, '0')).toEqual({
      gap: 'overflow',
    });
    const connection = await pool.connect();
    await connection.query(byIndex(false));
    const cost = (channel: string) =>
      explain(connection, 'web_socketio_missed', [channel, since, upto, '0', '0', '0']);
    expect((await cost('mine')).blocks).toBeLessThan(50);
    expect((await cost('flood')).blocks).toBeLessThan(PART_BLOCKS);
    expect((await cost('flood')).sorted).toBeLessThan(100);
    connection.release();
    await database.query('UPDATE web_socketio_state SET purged_txid = txid_current()');
    expect(await table.read({ channel: 'mine', since, upto, after: START }, '0')).toEqual({
      gap: 'retention',
    });
  });

  it('a part ends with two megabytes of values, and has one message at least', async () => {
    const { client, writer } = await open();
    const since = await currentSnapshot(client);
    // Random, so that PostgreSQL cannot compress it.
    await writer.query(
      `INSERT INTO web_socketio_message (channel, "values")
       SELECT 'flood', json_build_object('text', (SELECT string_agg(md5(random()::text || n || k), '') FROM generate_series(1, 40000) AS k))
       FROM generate_series(1, 5) AS n`,
    );
    await writer.query('COMMIT');
    const { snapshot: upto, rows, end } = await readNew(client, since, [], '0');
    expect(rows).toHaveLength(2);
    if (end === null) throw new Error('There is more.');
    const second = await readChannel(client, 'flood', { since, upto, after: end }, '0');
    expect(second.rows).toHaveLength(2);
    if (second.end === null) throw new Error('There is more.');
    const third = await readChannel(client, 'flood', { since, upto, after: second.end }, '0');
    expect(third.rows).toHaveLength(1);
    expect(third.end).toBeNull();
  });
});
