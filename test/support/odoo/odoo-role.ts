import type { PostgresAddress } from '../postgres/postgres.ts';
import { TestDatabase } from '../postgres/test-database.ts';

/** Odoo's role as Debian's package makes it: it may make databases, and is no superuser. */
export const ODOO_ROLE = { user: 'odoo', password: 'its password' };

/** Makes the role on a server. */
export async function makeOdooRole(server: PostgresAddress): Promise<void> {
  const { user, password } = ODOO_ROLE;
  await TestDatabase.at(server, 'postgres').query(
    `CREATE ROLE ${user} LOGIN CREATEDB PASSWORD '${password}'`,
  );
}

/** Gives it a new database. */
export async function giveToOdoo(server: PostgresAddress, database: string): Promise<void> {
  await TestDatabase.at(server, 'postgres').query(`ALTER DATABASE ${database} OWNER TO ${ODOO_ROLE.user}`);
}
