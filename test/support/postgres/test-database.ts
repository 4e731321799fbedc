import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { OPENERP, SCHEMA, sha256 } from './catalog/database-schema.ts';
import { createDatabase, type PostgresAddress } from './postgres.ts';

export interface TokenRow {
  readonly uid: number;
  readonly session: string;
  /** Negative means: expired. */
  readonly expiresInSeconds: number;
  /** When OpenERP last agreed to the session; null, as unless given: it cannot be asked. */
  readonly checkedSecondsAgo: number | null;
  /** The address at which the browser reached OpenERP. */
  readonly origin: string | null;
}

/** A database with our tables, on a real server; its connections are closed when the test has finished. */
export class TestDatabase {
  readonly name: string;
  readonly server: PostgresAddress;
  readonly config: pg.ClientConfig;

  private constructor(server: PostgresAddress, name: string) {
    const { host, port, user, password } = server;
    this.server = server;
    this.name = name;
    this.config = { host, port, user, password, database: name };
  }

  /** @param server the one all integration tests share, unless given */
  static async create(server: PostgresAddress = inject('postgres')): Promise<TestDatabase> {
    const database = new TestDatabase(server, await createDatabase(server));
    await database.query(OPENERP + SCHEMA);
    return database;
  }

  /** A database that exists already. */
  static at(server: PostgresAddress, name: string): TestDatabase {
    return new TestDatabase(server, name);
  }

  /** A connection of its own: a writer with a transaction. */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client(this.config);
    // Some tests kill its backend.
    client.on('error', () => undefined);
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client(this.config);
    await client.connect();
    try {
      return (await client.query<Row>(text, values.length > 0 ? values : undefined)).rows;
    } finally {
      await client.end();
    }
  }

  async insert(channel: string, values: object): Promise<void> {
    await this.query(`INSERT INTO web_socketio_message (channel, "values") VALUES ($1, $2)`, [
      channel,
      JSON.stringify(values),
    ]);
  }

  /** Of its server, such as `15.14` or `19beta1`, without what a distribution adds to it. */
  async version(): Promise<string> {
    const rows = await this.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version.split(' ')[0] ?? '';
  }

  /** The row that the token route of OpenERP makes. */
  async addToken(row: Partial<TokenRow> = {}): Promise<string> {
    const { uid = 1, session = randomBytes(8).toString('hex'), expiresInSeconds = 900 } = row;
    const { checkedSecondsAgo = null, origin = null } = row;
    const token = `wsio_${randomBytes(32).toString('base64url')}`;
    await this.query(
      `INSERT INTO web_socketio_session (token_sha256, uid, session_hash, expires, checked, origin)
       VALUES ($1, $2, $3, now() + $4 * interval '1 second', now() - $5 * interval '1 second', $6)`,
      [sha256(token), uid, sha256(session), expiresInSeconds, checkedSecondsAgo, origin],
    );
    return token;
  }

  /** Kills every connection of the sidecar. @returns how many there were */
  async killSidecarBackends(): Promise<number> {
    const rows = await this.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'web_socketio'`,
    );
    return rows.length;
  }
}
