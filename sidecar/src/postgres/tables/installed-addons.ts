import type pg from 'pg';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { ConnectionPool, Queryable } from '../connect/pool.ts';
import type { FoundTables } from './table-schema.ts';

/** How old the list may be when a socket asks for it. Only sockets that connect ask: an idle database costs nothing. */
const FRESH_MS = 5_000;

/** What became of the list since it was read before. */
export interface ModuleChange {
  readonly installed: readonly string[];
  readonly uninstalled: readonly string[];
}

/** Which modules are installed in one database. */
export class InstalledAddons {
  readonly #pool: ConnectionPool;
  readonly #changed: (change: ModuleChange) => void;
  #installed: ReadonlySet<string> = new Set();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  /** @param changed told once of each change; of the first list it is told nothing */
  constructor(pool: ConnectionPool, changed: (change: ModuleChange) => void) {
    this.#pool = pool;
    this.#changed = changed;
  }

  /** As of the last `refresh`. */
  has(name: string): boolean {
    return this.#installed.has(name);
  }

  /** Is the list no older than that, in milliseconds? */
  isFresh(freshMs = FRESH_MS): boolean {
    return this.#readAt >= performance.now() - freshMs;
  }

  /** Reads the list again if it is old. All who ask meanwhile share one query. @param freshMs how old it may be */
  async refresh(freshMs = FRESH_MS): Promise<void> {
    const oldest = performance.now() - freshMs;
    // What was under way may have begun too early.
    while (this.#readAt < oldest) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
  }

  /** The list as it was read on a new connection. */
  set(installed: ReadonlySet<string>): void {
    this.#take(installed, performance.now());
  }

  async #read(): Promise<void> {
    const at = performance.now();
    this.#take(await readModules(this.#pool), at);
  }

  /** @param at when its reading began, by the monotonic clock: it is as old as that */
  #take(installed: ReadonlySet<string>, at: number): void {
    const before = this.#installed;
    const isFirst = this.#readAt === Number.NEGATIVE_INFINITY;
    if (at < this.#readAt) return;
    this.#installed = installed;
    this.#readAt = at;
    if (isFirst) return;
    const change = { installed: without(installed, before), uninstalled: without(before, installed) };
    if (change.installed.length + change.uninstalled.length > 0) this.#changed(change);
  }
}

function without(names: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...names].filter((name) => !others.has(name)).sort();
}

/**
 * The modules installed in the client's database.
 * @throws SidecarError `module_missing`
 */
export async function checkModules(
  client: pg.ClientBase,
  database: string,
  tables: FoundTables,
): Promise<ReadonlySet<string>> {
  if (tables.modules === null) {
    throw new SidecarError(
      'module_missing',
      `'${database}' is not a database of Odoo or OpenERP: it has no table ir_module_module. Correct -d.`,
    );
  }
  const installed = await readModules(client);
  if (!installed.has('web_socketio') || tables.own === null) {
    throw new SidecarError(
      'module_missing',
      `The module web_socketio is not installed in '${database}'. Put the folder of the addon into addons_path and install it: odoo -d ${database} -i web_socketio, or -i web_socketio_bus for Odoo's own bus, which brings it along; in OpenERP 7.0 and Odoo 8.0: openerp-server -d ${database} -u base -i web_socketio.`,
    );
  }
  return installed;
}

async function readModules(client: Queryable): Promise<ReadonlySet<string>> {
  // "to upgrade" is installed, too: it stands there while Odoo restarts for an update.
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM ir_module_module WHERE state IN ('installed', 'to upgrade')`,
  );
  return new Set(rows.map((row) => row.name));
}
