import { beforeAll, inject } from 'vitest';
import { OpenERP } from '../../../sidecar/playground/openerp/openerp.ts';
import { Database } from '../../../sidecar/playground/postgres/database.ts';
import { WebServer } from '../../../sidecar/playground/web-server.ts';
import type { OpenERPServer } from '../../contract/openerp-server.ts';
import { OdooSession } from '../odoo/odoo-session.ts';
import { createDatabase } from '../postgres/postgres.ts';

const ADDONS = new URL('../../../addon/', import.meta.url);

/** The playground's stand-in for OpenERP, in this process and with a database of its own, for the tests of one file. */
export function useStandIn(): () => OpenERPServer {
  let standIn: OpenERPServer | undefined;
  beforeAll(async () => {
    const address = inject('postgres');
    const database = await Database.open(address, await createDatabase(address), ADDONS);
    const web = new WebServer((error) => {
      throw error;
    });
    web.serve([new OpenERP(database)]);
    standIn = describeServer(`http://127.0.0.1:${await web.listen(0)}`, database);
    return async () => {
      web.close();
      await database.close();
    };
  });
  return () => {
    if (standIn === undefined)
      throw new Error('The stand-in runs during tests only. Ask for it inside of one.');
    return standIn;
  };
}

/** The stand-in at that address, as tests of the protocol see it. */
export function describeServer(url: string, database: Database): OpenERPServer {
  return {
    url,
    database: database.name,
    admin: { uid: 2, login: 'admin', password: 'admin' },
    createUser: async (login) => {
      const password = `${login}-password`;
      const [row] = await database.query<{ id: number }>(
        'INSERT INTO res_users (login, name, password) VALUES ($1, $1, $2) RETURNING id',
        [login, password],
      );
      return { uid: row?.id ?? 0, login, password };
    },
    logIn: async (user) => {
      const session = new OdooSession(url);
      await session.logIn(database.name, user);
      return session;
    },
    sql: (text, values) => database.query(text, values),
  };
}
