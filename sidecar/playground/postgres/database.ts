import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { PostgresAddress } from './postgres.ts';

/** Who can log in. */
export interface User {
  readonly uid: number;
  readonly login: string;
  readonly name: string;
  readonly password: string;
}

/** What became of a message. */
export interface MessageNews {
  readonly id: string;
  readonly channel: string;
  readonly uid: number | null;
  /** UTC, such as `2026-11-25 01:38:50`. */
  readonly date: string;
  readonly values: unknown;
  readonly state: 'waiting' | 'taken' | 'confirmed' | 'put back' | 'set aside';
}

/** All channels of the demonstration begin so. */
export const DEMO_CHANNELS = 'web_socketio_demo';
const HISTORY_CHANNEL = 'web_socketio_playground';
/** After the conflict of two transactions OpenERP runs a call again, so often in all. */
const ATTEMPTS = 5;
/** A conflict of transactions, by PostgreSQL's codes. */
const CONFLICT = /^(40001|40P01|55P03)$/;

const USERS = `
INSERT INTO res_users (id, login, password, name, is_system) VALUES
  (2, 'admin', 'admin', 'Administrator', true),
  (5, 'anna', 'anna', 'Anna', false), (6, 'ben', 'ben', 'Ben', false), (7, 'carla', 'carla', 'Carla', false)
ON CONFLICT DO NOTHING;
SELECT setval('res_users_id_seq', (SELECT max(id) FROM res_users));`;
const HISTORY = `
SELECT message_id::text AS id, channel, uid, to_char(date, 'YYYY-MM-DD HH24:MI:SS') AS date, "values", state
FROM playground_history`;

/** The playground's database: OpenERP's tables as far as they matter, and the addon's own. */
export class Database {
  readonly name: string;
  readonly #pool: pg.Pool;
  readonly #listener: pg.Client;

  private constructor(address: PostgresAddress, name: string) {
    this.name = name;
    this.#pool = new pg.Pool({ ...address, database: name, max: 10 });
    this.#listener = new pg.Client({ ...address, database: name });
    // PostgreSQL has ended, which its process tells as well.
    this.#pool.on('error', () => undefined);
    this.#listener.on('error', () => undefined);
  }

  /** Opens the database of that name, made if it is missing, with what the addons' folder holds installed. */
  static async open(address: PostgresAddress, name: string, addons: URL): Promise<Database> {
    await createDatabase(address, name);
    const database = new Database(address, name);
    const here = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
    const tables = await here('schema.sql');
    const addon = await readFile(new URL('web_socketio/data/schema.sql', addons), 'utf8');
    const history = await here('history.sql');
    await database.transaction(async (client) => {
      await client.query(tables + USERS + addon + history);
      await client.query(`UPDATE ir_module_module SET state = 'uninstalled'`);
      await client.query(
        `INSERT INTO ir_module_module (name, state) SELECT name, 'installed' FROM unnest($1::text[]) AS name
         ON CONFLICT (name) DO UPDATE SET state = 'installed'`,
        [['base', ...addonNames(addons)]],
      );
    });
    return database;
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(text, [...values])).rows;
  }

  /** Runs in a transaction, again after a conflict with another one, as OpenERP does. */
  async transaction<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#try(work);
      } catch (error) {
        const isConflict = error instanceof pg.DatabaseError && CONFLICT.test(error.code ?? '');
        if (!isConflict || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Those who can log in; the administrator last. */
  async users(): Promise<User[]> {
    return await this.query<User & pg.QueryResultRow>(
      'SELECT id AS uid, login, name, password FROM res_users WHERE active ORDER BY is_system, id',
    );
  }

  /** Sets where pages find the sidecar: the token route tells them. */
  async setSidecarUrl(url: string): Promise<void> {
    await this.query(
      `INSERT INTO ir_config_parameter (key, value) VALUES ('web_socketio.url', $1)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [url],
    );
  }

  /** Sends a message, as anything that reaches PostgreSQL may. */
  async insertMessage(channel: string, values: object): Promise<void> {
    await this.query(`INSERT INTO web_socketio_message (channel, "values") VALUES ($1, $2)`, [
      channel,
      JSON.stringify(values),
    ]);
  }

  /** Calls `listener` with what became of the last messages, then with each change. */
  async watchMessages(listener: (news: MessageNews) => void): Promise<void> {
    const client = this.#listener;
    await client.connect();
    client.on('notification', async ({ payload }) => {
      // By the number that the notification names: numbers are given before the commit, not in its order.
      const news = client.query<MessageNews>(`${HISTORY} WHERE id = $1`, [payload]);
      // The connection may be on its way out, with the last messages that a sidecar puts back.
      const { rows } = await news.catch(() => ({ rows: [] }));
      for (const row of rows) listener(row);
    });
    const { rows } = await client.query<MessageNews>(`${HISTORY} ORDER BY playground_history.id`);
    for (const news of rows) listener(news);
    await client.query(`LISTEN ${HISTORY_CHANNEL}`);
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#listener.end()]);
  }

  async #try<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((cause: Error) => {
        broken = cause;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

async function createDatabase(address: PostgresAddress, name: string): Promise<void> {
  const client = new pg.Client({ ...address, database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function addonNames(addons: URL): string[] {
  const entries = readdirSync(addons, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  // The playground has neither Odoo's bus nor its views.
  return names.filter((name) => name !== 'web_socketio_bus' && name !== 'web_live');
}
