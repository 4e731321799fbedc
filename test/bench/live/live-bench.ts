import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type PostgresServer, startPostgres } from '../../support/postgres/postgres.ts';
import { BenchDatabase } from '../servers/bench-database.ts';
import { startSidecar } from '../servers/bench-sidecar.ts';
import type { Server } from '../servers/server.ts';
import { ReadingOdoo } from './reading-odoo.ts';

const ADDON = new URL('../../../addon/', import.meta.url);
/** Records that a live table has. */
export const RECORDS = 80_000;

/** As the ORM makes a table, with an index as most have. */
const TABLE = `
CREATE TABLE res_partner (
  id serial PRIMARY KEY, name varchar NOT NULL, active boolean DEFAULT true, comment text,
  create_uid int, create_date timestamp, write_uid int, write_date timestamp);
INSERT INTO res_partner (name, comment) SELECT 'Partner ' || n, repeat('x', 200) FROM generate_series(1, ${RECORDS}) AS n;
CREATE INDEX ON res_partner (name);`;

/** What addon/web_live/odoo17/live_trigger.py makes for a model without _inherits. */
const TRIGGERS = ['insert', 'update', 'delete']
  .map(
    (event) => `
CREATE TRIGGER "web_live_${event}_res_partner" AFTER ${event.toUpperCase()} ON res_partner
  REFERENCING ${event === 'delete' ? 'OLD' : 'NEW'} TABLE AS changed
  FOR EACH STATEMENT EXECUTE PROCEDURE web_live_changed('res.partner', 'who');`,
  )
  .join('');

/** A sidecar with web_live, a PostgreSQL of its own and somebody at Odoo's address. Whoever starts it stops it. */
export class LiveBench {
  readonly postgres: PostgresServer;
  readonly odoo: ReadingOdoo;
  readonly sidecar: Server;
  readonly databases: readonly BenchDatabase[];
  readonly #releases: readonly (() => unknown)[];

  private constructor(
    { postgres, odoo, sidecar, databases }: Pick<LiveBench, 'postgres' | 'odoo' | 'sidecar' | 'databases'>,
    releases: readonly (() => unknown)[],
  ) {
    this.postgres = postgres;
    this.odoo = odoo;
    this.sidecar = sidecar;
    this.databases = databases;
    this.#releases = releases;
  }

  /**
   * @param node the program `node` of the sidecar
   * @param live for each database, whether its table has the triggers
   * @param settings of PostgreSQL
   */
  static async start(
    node: string,
    live: readonly boolean[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<LiveBench> {
    const releases: (() => unknown)[] = [];
    try {
      const postgres = await startPostgres(15, settings);
      releases.push(() => postgres.stop());
      const odoo = await ReadingOdoo.start();
      releases.push(() => odoo.stop());
      const schema = await readFile(new URL('web_live/data/schema.sql', ADDON), 'utf8');
      const databases: BenchDatabase[] = [];
      for (const isLive of live) {
        const database = await BenchDatabase.create(postgres);
        await database.query(`INSERT INTO ir_module_module (name, state) VALUES ('web_live', 'installed')`);
        await database.query(schema + TABLE + (isLive ? TRIGGERS : ''));
        await database.query('VACUUM ANALYZE res_partner');
        databases.push(database);
      }
      const names = databases.map(({ name }) => name);
      const addons = [new URL('../addons', import.meta.url), ADDON]
        .map((url) => fileURLToPath(url))
        .join(',');
      const sidecar = await startSidecar(postgres, names, { addons, node, args: ['--odoo-url', odoo.url] });
      releases.push(() => sidecar.stop());
      return new LiveBench({ postgres, odoo, sidecar, databases }, releases);
    } catch (error) {
      for (const release of releases.reverse()) await release();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const release of this.#releases.toReversed()) await release();
  }
}
