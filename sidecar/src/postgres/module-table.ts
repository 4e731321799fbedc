import type pg from 'pg';
import { SocketIOError } from '../api/error.ts';
import type { ConnectionPool, Queryable } from './pool.ts';
import type { FoundTables } from './table-schema.ts';

/** How old the list may be when a socket asks for it. Only sockets that connect ask: an idle database costs nothing. */
const FRESH_MS = 5_000;

/** Which modules are installed in one database. */
export class ModuleTable {
  readonly #pool: ConnectionPool;
  #installed: ReadonlySet<string> = new Set();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(pool: ConnectionPool) {
    this.#pool = pool;
  }

  /** As of the last `refresh`. */
  has(name: string): boolean {
    return this.#installed.has(name);
  }

  /** Reads the list again if it is old. All who ask meanwhile share one query. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#readAt < FRESH_MS) return;
    this.#reading ??= readModules(this.#pool)
      .then((installed) => {
        this.#installed = installed;
        this.#readAt = performance.now();
      })
      .finally(() => {
        this.#reading = null;
      });
    await this.#reading;
  }

  /** The list as read on a new connection. */
  set(installed: ReadonlySet<string>): void {
    this.#installed = installed;
    this.#readAt = performance.now();
  }
}

/**
 * The modules installed in the client's database.
 * @throws SocketIOError `module_missing`
 */
export async function checkModules(
  client: pg.ClientBase,
  database: string,
  tables: FoundTables,
): Promise<ReadonlySet<string>> {
  if (tables.modules === null) {
    throw new SocketIOError(
      'module_missing',
      `'${database}' is no database of OpenERP or Odoo: it has no table ir_module_module. Correct -d.`,
      { retry: true },
    );
  }
  const installed = await readModules(client);
  if (!installed.has('web_socketio') || tables.own === null) {
    throw new SocketIOError(
      'module_missing',
      `The module web_socketio is not installed in '${database}'. Install it: odoo -d ${database} -i web_socketio; in OpenERP 7.0: openerp-server -d ${database} -u base -i web_socketio.`,
      { retry: true },
    );
  }
  return installed;
}

async function readModules(client: Queryable): Promise<ReadonlySet<string>> {
  // "to upgrade" is installed, too: it stands there while OpenERP restarts for an update.
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM ir_module_module WHERE state IN ('installed', 'to upgrade')`,
  );
  return new Set(rows.map((row) => row.name));
}
