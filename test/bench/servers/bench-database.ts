import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { OPENERP, SCHEMA, sha256 } from '../../support/postgres/catalog/database-schema.ts';
import { createDatabase, type PostgresAddress } from '../../support/postgres/postgres.ts';

/** A database with our tables, where the module of the benchmark counts as installed. */
export class BenchDatabase {
  readonly config: pg.ClientConfig;
  readonly name: string;

  private constructor({ host, port, user, password }: PostgresAddress, database: string) {
    this.name = database;
    this.config = { host, port, user, password, database };
  }

  static async create(server: PostgresAddress): Promise<BenchDatabase> {
    const database = new BenchDatabase(server, await createDatabase(server));
    await database.query(OPENERP + SCHEMA);
    // The demonstration would listen on every page, too.
    await database.query(
      `UPDATE ir_module_module SET state = 'uninstalled' WHERE name = 'web_socketio_demo';
       INSERT INTO ir_module_module (name, state) VALUES ('web_socketio_bench', 'installed')`,
    );
    return database;
  }

  async query(text: string, values?: unknown[]): Promise<void> {
    const client = new pg.Client(this.config);
    await client.connect();
    try {
      await client.query(text, values);
    } finally {
      await client.end();
    }
  }

  /** The users up to this id, by their ids: a test database has three. */
  async addUsers(count: number): Promise<void> {
    await this.query(
      `INSERT INTO res_users (id, login) SELECT id, 'user' || id FROM generate_series(1, $1::int) AS id
       ON CONFLICT (id) DO NOTHING`,
      [count],
    );
  }

  /**
   * One token for each of the users 1 to `count`, in that order.
   *
   * @param checkable whether OpenERP can look at their sessions, to which it has just agreed
   */
  async addTokens(count: number, checkable = false): Promise<string[]> {
    const tokens = Array.from({ length: count }, () => `wsio_${randomBytes(32).toString('base64url')}`);
    await this.query(
      `INSERT INTO web_socketio_session (token_sha256, uid, session_hash, expires, checked)
       SELECT decode(hash, 'hex'), uid, decode(hash, 'hex'), now() + interval '1 hour', CASE WHEN $2 THEN now() END
       FROM unnest($1::text[]) WITH ORDINALITY AS token (hash, uid)`,
      [tokens.map((token) => sha256(token).toString('hex')), checkable],
    );
    return tokens;
  }
}
