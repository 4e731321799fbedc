import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { OPENERP, SCHEMA } from '../support/postgres/catalog/database-schema.ts';
import { startPostgres } from '../support/postgres/postgres.ts';
import { type RoleScript, runRoleScript } from '../support/postgres/psql/role-script.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';

/** The script for the role of a sidecar. */
function runScript({ server, name }: TestDatabase, role: string, search?: string): Promise<RoleScript> {
  return runRoleScript(server, name, role, search);
}

/** A database whose tables are in these schemas, and the name of a role that is there only if the script makes it. */
async function create(...schemas: readonly string[]) {
  const database = await TestDatabase.create();
  await database.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  for (const schema of schemas) {
    await database.query(
      `CREATE SCHEMA IF NOT EXISTS ${schema}; SET search_path = ${schema};${OPENERP}${SCHEMA}`,
    );
  }
  const role = `sidecar_${randomBytes(4).toString('hex')}`;
  onTestFinished(async () => {
    const [found] = await database.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
    if (found !== undefined) await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });
  return { database, role };
}

it.each([
  { tables: 'public', search: undefined },
  { tables: '"Odoo data"', search: undefined },
  { tables: 'odoo_data', search: 'elsewhere' },
])(
  'finds the tables in $tables with the search_path $search, and the sidecar works',
  async ({ tables, search }) => {
    const { database, role } = await create(tables);
    for (let times = 0; times < 2; times += 1) {
      const { code, text } = await runScript(database, role, search);
      expect(text).not.toContain('ERROR');
      expect(code).toBe(0);
    }
    await database.query(`ALTER ROLE ${role} PASSWORD 'few'; ALTER ROLE ${role} SET search_path = nowhere`);
    const { host, port } = database.server;
    const sidecar = await TestSidecar.start(
      database,
      {},
      { postgres: { host, port, user: role, password: 'few' } },
    );
    await expect.poll(() => sidecar.log).toContain('Connected to PostgreSQL');
    await sidecar.sidecar.clean();
  },
);

it('fails and says so where the tables are missing, and makes no role', async () => {
  const { database, role } = await create();
  const { code, text } = await runScript(database, role);
  expect(code).toBe(3);
  expect(text).toContain('has no table web_socketio_message, web_socketio_sidecar');
  expect(text).toContain('Install the module web_socketio in it first');
  expect(await database.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])).toEqual([]);
});

it('asks which where they are in several schemas, and takes the one that the search_path leads to', async () => {
  const { database, role } = await create('odoo_a', 'odoo_b');
  const asked = await runScript(database, role);
  expect(asked.code).toBe(3);
  expect(asked.text).toContain('The tables of web_socketio are in several schemas: odoo_a, odoo_b.');
  expect(await runScript(database, role, 'odoo_b')).toMatchObject({ code: 0 });
  expect(
    await database.query(
      `SELECT has_table_privilege($1, 'odoo_a.web_socketio_message', 'SELECT') AS a,
        has_table_privilege($1, 'odoo_b.web_socketio_message', 'SELECT') AS b`,
      [role],
    ),
  ).toEqual([{ a: false, b: true }]);
});

it("warns where the tables' owner may not make itself a member of the role, and grants the rest", async () => {
  const { database, role } = await create();
  const owner = `owner_${database.name}`;
  await database.query(`CREATE ROLE ${owner} LOGIN PASSWORD 'few'; CREATE ROLE ${role} LOGIN;
    GRANT ALL ON SCHEMA public TO ${owner}; ALTER DATABASE ${database.name} OWNER TO ${owner}`);
  const as = TestDatabase.at({ ...database.server, user: owner, password: 'few' }, database.name);
  await as.query(OPENERP + SCHEMA);
  const { code, text } = await runScript(as, role);
  expect(text).toContain(`WARNING:  ${owner} is no member of ${role}`);
  expect(code).toBe(0);
  const [may] = await database.query(
    `SELECT has_table_privilege($1, 'web_socketio_message', 'INSERT') AS insert`,
    [role],
  );
  expect(may).toEqual({ insert: true });
});

it.each([10, 15, 18] as const)(
  "is run by the tables' owner, who may end the sidecar's connections then (PostgreSQL %i)",
  async (major) => {
    const server = await startPostgres(major);
    onTestFinished(() => server.stop());
    const administrator = TestDatabase.at(server, 'postgres');
    await administrator.query(`CREATE ROLE odoo LOGIN CREATEDB CREATEROLE PASSWORD 'odoo'`);
    await administrator.query('CREATE DATABASE mydb OWNER odoo TEMPLATE template0');
    await TestDatabase.at(server, 'mydb').query('GRANT ALL ON SCHEMA public TO odoo');
    const database = TestDatabase.at({ ...server, user: 'odoo', password: 'odoo' }, 'mydb');
    await database.query(OPENERP + SCHEMA);
    for (let times = 0; times < 2; times += 1) {
      const { code, text } = await runScript(database, 'sidecar');
      expect(text).not.toContain('ERROR');
      expect(code).toBe(0);
    }
    await database.query(`ALTER ROLE sidecar PASSWORD 'few'`);
    const { host, port } = server;
    const postgres = { host, port, user: 'sidecar', password: 'few' };
    const sidecar = await TestSidecar.start(database, {}, { postgres });
    await expect.poll(() => sidecar.log).toContain('Connected to PostgreSQL');
    expect(await database.killSidecarBackends()).toBeGreaterThan(0);
  },
);
