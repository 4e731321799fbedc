import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { OPENERP, SCHEMA } from '../../support/postgres/catalog/database-schema.ts';
import { createDatabase } from '../../support/postgres/postgres.ts';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import { LEDGER } from '../chaos-database.ts';

const run = promisify(execFile);

/** Takes a database away from everybody who is connected, by giving it another name. @returns that name */
export async function renameAway(database: TestDatabase): Promise<string> {
  const away = `${database.name}_away`;
  await asAdministrator(database, async (client) => {
    await client.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS false`);
    await client.query(
      'SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [database.name],
    );
    await client.query(`ALTER DATABASE ${database.name} RENAME TO ${away}`);
    await client.query(`ALTER DATABASE ${away} ALLOW_CONNECTIONS true`);
  });
  return away;
}

/** Makes a database under the old name, from the one that was renamed, by the programs that administrators use. */
export async function dumpAndRestore(database: TestDatabase, away: string): Promise<void> {
  const { host, port, user, password } = database.server;
  const fresh = await createDatabase(database.server, `${database.name}_fresh`);
  const dump = `pg_dump --no-owner -h ${host} -p ${port} -U ${user} ${away}`;
  const restore = `psql -q -v ON_ERROR_STOP=1 -h ${host} -p ${port} -U ${user} ${fresh}`;
  await run('bash', ['-o', 'pipefail', '-c', `${dump} | ${restore}`], {
    env: { PATH: process.env['PATH'], PGPASSWORD: password },
  });
  await giveName(database, fresh);
}

/** The same without those programs: new tables, and the rows of the old ones. */
export async function copyRows(database: TestDatabase, away: string): Promise<void> {
  const fresh = await createDatabase(database.server, `${database.name}_fresh`);
  await asClient({ ...database.config, database: away }, (from) =>
    asClient({ ...database.config, database: fresh }, async (to) => {
      await to.query(OPENERP + SCHEMA + LEDGER);
      // Triggers would wake it up, and count a second time.
      await to.query('SET session_replication_role = replica');
      const { rows } = await from.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
      );
      for (const { name } of rows) await copyTable(from, to, name);
      const { rows: sequences } = await from.query<{ name: string; last: string }>(
        'SELECT sequencename AS name, COALESCE(last_value, 1)::text AS last FROM pg_sequences',
      );
      for (const { name, last } of sequences) await to.query('SELECT setval($1::regclass, $2)', [name, last]);
    }),
  );
  await giveName(database, fresh);
}

async function copyTable(from: pg.Client, to: pg.Client, name: string): Promise<void> {
  const { rows } = await from.query<{ data: string }>(
    `SELECT COALESCE(json_agg(t), '[]')::text AS data FROM ${name} AS t`,
  );
  await to.query(`DELETE FROM ${name}`);
  await to.query(`INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1)`, [
    rows[0]?.data ?? '[]',
  ]);
}

function giveName(database: TestDatabase, fresh: string): Promise<void> {
  return asAdministrator(database, async (client) => {
    await client.query(`ALTER DATABASE ${fresh} RENAME TO ${database.name}`);
  });
}

function asAdministrator(
  database: TestDatabase,
  action: (client: pg.Client) => Promise<void>,
): Promise<void> {
  return asClient({ ...database.config, database: 'postgres' }, action);
}

async function asClient(
  config: pg.ClientConfig,
  action: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    await action(client);
  } finally {
    await client.end();
  }
}
