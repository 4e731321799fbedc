import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { OPENERP, SCHEMA } from '../../support/postgres/catalog/database-schema.ts';
import { runPsqlScript } from '../../support/postgres/psql/psql-script.ts';
import { TestDatabase } from '../../support/postgres/test-database.ts';
import { TestSidecar } from '../../support/sidecar/test-sidecar.ts';

const SCRIPT = new URL('../../../addon/web_socketio/data/sidecar_role.sql', import.meta.url);

/** A database that belongs to a role such as Odoo's, which may make databases and nothing else. */
async function create() {
  const administrator = await TestDatabase.create();
  const owner = `odoo_${randomBytes(4).toString('hex')}`;
  const role = `sidecar_${randomBytes(4).toString('hex')}`;
  const name = `${administrator.name}_odoo`;
  await administrator.query(`CREATE ROLE ${owner} LOGIN CREATEDB PASSWORD 'odoo'`);
  const odoo = new pg.Client({
    ...{ ...administrator.config, user: owner, password: 'odoo', database: 'postgres' },
  });
  await odoo.connect();
  await odoo.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  const database = TestDatabase.at({ ...administrator.server, user: owner, password: 'odoo' }, name);
  await database.query(OPENERP + SCHEMA);
  const superuser = await TestDatabase.at(administrator.server, name).connect();
  await runPsqlScript(superuser, await readFile(SCRIPT, 'utf8'), { role });
  await superuser.query(`ALTER ROLE ${role} PASSWORD 'few'`);
  await superuser.end();
  onTestFinished(async () => {
    await odoo.end();
    await administrator.query(`DROP DATABASE IF EXISTS ${name}`);
    await administrator.query(`DROP DATABASE IF EXISTS ${name}_copy`);
    await administrator.query(`DROP OWNED BY ${owner}, ${role}`);
    await administrator.query(`DROP ROLE ${owner}, ${role}`);
  });
  const { host, port } = administrator.server;
  const postgres = { host, port, user: role, password: 'few' };
  return { odoo, database, postgres };
}

/** As `_drop_conn` of Odoo's database manager. */
async function endConnections(odoo: pg.Client, name: string): Promise<void> {
  await odoo.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid != pg_backend_pid()',
    [name],
  );
}

it("lets Odoo's database manager duplicate and drop the database that it serves, and comes back", async () => {
  const { odoo, database, postgres } = await create();
  const sidecar = await TestSidecar.start(database, {}, { postgres });
  const connected = () => sidecar.log.split('Connected to PostgreSQL').length - 1;
  await expect.poll(connected).toBe(1);
  await endConnections(odoo, database.name);
  await odoo.query(`CREATE DATABASE ${database.name}_copy TEMPLATE ${database.name}`);
  await expect.poll(connected).toBe(2);
  await endConnections(odoo, database.name);
  await odoo.query(`DROP DATABASE ${database.name}`);
  await expect.poll(() => sidecar.log).toContain('database_missing: ');
  // From the copy, as an administrator restores what was dropped by mistake.
  await odoo.query(`CREATE DATABASE ${database.name} TEMPLATE ${database.name}_copy`);
  await expect.poll(connected).toBe(3);
});
