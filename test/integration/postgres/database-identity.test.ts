import pg from 'pg';
import { expect, it } from 'vitest';
import { OPENERP, SCHEMA } from '../../support/postgres/catalog/database-schema.ts';
import { RestartablePostgres } from '../../support/postgres/restartable-postgres.ts';

const READ = 'SELECT web_socketio_identity() AS here';

async function ask(server: RestartablePostgres, ...statements: string[]): Promise<string> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
    const { rows } = await client.query<{ here: string }>(READ);
    return rows[0]?.here ?? '';
  } finally {
    await client.end();
  }
}

it('A standby is the database that it follows, and another one once it is promoted', async () => {
  const primary = await RestartablePostgres.create();
  await primary.start();
  const identity = await ask(primary, OPENERP, SCHEMA);
  await primary.stopFast();
  const standby = await primary.copyAsStandby();
  await primary.start();
  await standby.start();
  expect(await ask(primary)).toBe(identity);
  expect(await ask(standby)).toBe(identity);
  expect(await ask(standby, 'SELECT pg_promote()')).toBe(identity.replace(/1$/, '2'));
});
