import type pg from 'pg';
import { Pool } from 'tarn';
import { SidecarError } from '../../api/sidecar-error.ts';
import { withinTime } from '../../lib/time-limit.ts';
import { CONNECT_TIMEOUT_MS, closeClient } from './connection.ts';
import type { Statement, TextRow } from './statement.ts';
import { isStatementError } from './statement-error.ts';

/** Somewhere to send a statement to. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    query: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

/** The same for statements that run for every message; what has no `run` is asked by `query`. */
export async function run(pool: Runner, statement: Statement, values: TextRow): Promise<TextRow[]> {
  if (pool.run !== undefined) return await pool.run(statement, values);
  const { name, text } = statement;
  const { rows } = await pool.query<TextColumns>({ name, text, values: [...values] });
  return rows.map((row) => Object.values(row));
}

type TextColumns = Readonly<Record<string, string | null>>;

/** Where {@link run} sends its statements. */
export interface Runner extends Queryable {
  run?(statement: Statement, values: TextRow): Promise<TextRow[]>;
}

/** A connection that was lent for a transaction. */
export interface LentConnection extends Queryable {
  /** It was opened for this: who asks seldom closes it, since it would stay for half a minute. */
  readonly isNew?: boolean;
  /** @param broken it is to be closed */
  release(broken?: boolean): void;
}

/** Where statements get their connections from; `pg.Pool` is one, too. */
export interface ConnectionPool extends Runner {
  connect(): Promise<LentConnection>;
}

const MOST = 5;
const IDLE_MS = 30_000;
/** So long a statement waits for a connection. */
const ACQUIRE_MS = 5_000;
/** tarn gives up what it opens only when we do. */
const NEVER_MS = 2 ** 31 - 1;

/** Makes a new connection ready for statements. */
type Prepare = (client: pg.Client) => Promise<void>;

/** What a pool is made of. */
export interface PoolOptions {
  readonly database: string;
  /** Opens a connection. */
  connect(): Promise<pg.Client>;
}

/**
 * The pool of one database: handshakes, inserts, leases. Reading messages has its own connection, and new ones are opened
 * only while that one stands: it finds out what is wrong, and whether the others are welcome.
 */
export class SidecarPool implements ConnectionPool {
  readonly #options: PoolOptions;
  readonly #pool: Pool<pg.Client>;
  readonly #idle = new Set<pg.Client>();
  readonly #dead = new WeakSet<pg.Client>();
  /** They have not been used. */
  readonly #new = new WeakSet<pg.Client>();
  /** By which preparation it was opened: another one may say where the tables are. */
  readonly #preparedBy = new WeakMap<pg.Client, Prepare>();
  #prepare: Prepare | null = null;
  #refusal: Error | null = null;
  #gates: (() => void)[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#pool = new Pool({
      min: 0,
      max: MOST,
      idleTimeoutMillis: IDLE_MS,
      acquireTimeoutMillis: ACQUIRE_MS,
      createTimeoutMillis: NEVER_MS,
      propagateCreateError: true,
      create: () => this.#create(),
      destroy: (client: pg.Client) => this.#destroy(client),
      validate: (client: pg.Client) => !this.#dead.has(client),
    });
  }

  /** Opens connections from now on. @param prepare is carried out on each of them */
  open(prepare: Prepare): void {
    this.#prepare = prepare;
    this.#refusal = null;
    this.#openGates();
  }

  /** Opens none, and closes those that do nothing. Statements wait two seconds for `open`. */
  pause(): void {
    this.#prepare = null;
    for (const client of this.#idle) void this.#destroy(client);
  }

  /** Statements that need a new connection fail with that error until `open`. Nothing happens while it is open. */
  refuse(error: Error): void {
    if (this.#prepare !== null) return;
    this.#refusal = error;
    this.#openGates();
  }

  query<Row extends pg.QueryResultRow>(
    query: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    return this.#use((client) => client.query<Row>(query, values));
  }

  run(statement: Statement, values: TextRow): Promise<TextRow[]> {
    return this.#use((client) => statement.run(client, values));
  }

  async connect(): Promise<LentConnection> {
    const client = await this.#acquire();
    const isNew = this.#new.delete(client);
    let isReleased = false;
    return {
      isNew,
      query: (query, values) => client.query(query, values),
      release: (isBroken = false) => {
        if (!isReleased) this.#release(client, isBroken);
        isReleased = true;
      },
    };
  }

  /** Waits for what is under way, and closes every connection. May be called twice. */
  async end(): Promise<void> {
    this.#prepare = null;
    this.refuse(new Error('The sidecar is being stopped.'));
    await this.#pool.destroy();
  }

  async #use<Result>(action: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = await this.#acquire();
    this.#new.delete(client);
    let isBroken = true;
    try {
      const result = await action(client);
      isBroken = false;
      return result;
    } catch (error) {
      isBroken = !isStatementError(error);
      throw error;
    } finally {
      this.#release(client, isBroken);
    }
  }

  async #acquire(): Promise<pg.Client> {
    if (this.#prepare === null) await this.#gate();
    const client = await this.#pool.acquire().promise.catch((error: unknown) => {
      throw isTimeout(error) ? busy(this.#options.database) : error;
    });
    this.#idle.delete(client);
    return client;
  }

  #release(client: pg.Client, isBroken: boolean): void {
    if (isBroken || this.#preparedBy.get(client) !== this.#prepare) void this.#destroy(client);
    else this.#idle.add(client);
    this.#pool.release(client);
  }

  async #create(): Promise<pg.Client> {
    const prepare = await this.#gate();
    const client = await this.#options.connect();
    client.once('end', () => {
      this.#dead.add(client);
      this.#idle.delete(client);
    });
    try {
      await prepare(client);
      this.#preparedBy.set(client, prepare);
      this.#idle.add(client);
      this.#new.add(client);
      return client;
    } catch (error) {
      await closeClient(client);
      throw error;
    }
  }

  /** Resolves when connections may be opened. */
  async #gate(): Promise<Prepare> {
    if (this.#prepare === null && this.#refusal === null) {
      const opened = new Promise<void>((resolve) => this.#gates.push(resolve));
      await withinTime(opened, CONNECT_TIMEOUT_MS, () => undefined);
    }
    if (this.#prepare !== null) return this.#prepare;
    throw this.#refusal ?? busy(this.#options.database);
  }

  #openGates(): void {
    for (const open of this.#gates.splice(0)) open();
  }

  async #destroy(client: pg.Client): Promise<void> {
    this.#dead.add(client);
    this.#idle.delete(client);
    await closeClient(client);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === 'TimeoutError';
}

function busy(database: string): SidecarError {
  return new SidecarError(
    'postgres_waiting',
    `No connection to '${database}' became free in time: statements wait for a lock there, or PostgreSQL is slow or away.`,
  );
}
