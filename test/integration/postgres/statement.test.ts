import { expect, it } from 'vitest';
import { Statement } from '../../../sidecar/src/postgres/connect/statement.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';

const BOTH = new Statement('test_both', 'SELECT $1::text, $2::int + 1, NULL UNION ALL SELECT $1, 7, true');
const NUMBERS = new Statement('test_numbers', 'SELECT number FROM test_number WHERE number >= $1');

it('gives the columns as text, at the first time and again', async () => {
  const client = await (await TestDatabase.create()).connect();
  for (const text of ['ä "quoted"', '', 'x'.repeat(100_000)]) {
    expect(await BOTH.run(client, [text, '41'])).toEqual([
      [text, '42', null],
      [text, '7', 't'],
    ]);
  }
  expect(await BOTH.run(client, [null, '1'])).toEqual([
    [null, '2', null],
    [null, '7', 't'],
  ]);
});

it('is prepared once on each connection', async () => {
  const database = await TestDatabase.create();
  for (let connection = 0; connection < 2; connection += 1) {
    const client = await database.connect();
    await BOTH.run(client, ['', '1']);
    await BOTH.run(client, ['', '1']);
    const { rows } = await client.query(
      'SELECT name, generic_plans + custom_plans AS runs FROM pg_prepared_statements',
    );
    expect(rows).toEqual([{ name: 'test_both', runs: '2' }]);
  }
});

it('takes its turn among queries of pg, and so do those after its failure', async () => {
  const client = await (await TestDatabase.create()).connect();
  await client.query('CREATE TABLE test_number (number int)');
  await client.query('INSERT INTO test_number VALUES (1), (2)');
  expect(await NUMBERS.run(client, ['2'])).toEqual([['2']]);
  await expect(NUMBERS.run(client, ['no number'])).rejects.toMatchObject({ code: '22P02' });
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(await NUMBERS.run(client, ['1'])).toEqual([['1'], ['2']]);
});

it('fails once when its plan no longer fits the table, and is planned anew', async () => {
  const client = await (await TestDatabase.create()).connect();
  await client.query('CREATE TABLE test_number (number int)');
  expect(await NUMBERS.run(client, ['1'])).toEqual([]);
  await client.query('ALTER TABLE test_number ALTER COLUMN number TYPE bigint');
  await client.query('INSERT INTO test_number VALUES (5000000000)');
  await expect(NUMBERS.run(client, ['1'])).rejects.toThrow('cached plan must not change result type');
  expect(await NUMBERS.run(client, ['1'])).toEqual([['5000000000']]);
});

it('fails when its connection ends, while it runs and after that', async () => {
  const client = await (await TestDatabase.create()).connect();
  client.on('error', () => undefined);
  const end = new Statement('test_end', 'SELECT pg_terminate_backend(pg_backend_pid())');
  await expect(end.run(client, [])).rejects.toThrow();
  await expect(BOTH.run(client, ['', '1'])).rejects.toThrow();
});
