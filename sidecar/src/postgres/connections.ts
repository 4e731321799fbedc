import type pg from 'pg';
import {
  type CheckedDatabase,
  type ConnectionFacts,
  checkDatabase,
  prepareConnection,
} from './check/database-check.ts';
import { serverLives } from './check/server-probe.ts';
import { dial } from './connect/dial.ts';
import { Dialer } from './connect/dialer.ts';
import { SidecarPool } from './connect/pool.ts';
import type { PostgresOptions } from './connect/postgres-options.ts';

/** What a check of a connection has found. */
export interface CheckedConnection extends ConnectionFacts {
  /** The addons installed there. */
  readonly installed: ReadonlySet<string>;
}

/** The connections to one database: one that listens, opened by its owner, and a pool that is open while that one stands. */
export class Connections {
  readonly pool: SidecarPool;
  readonly #options: PostgresOptions;
  readonly #database: string;
  readonly #dialer: Dialer;
  #isLost = false;

  constructor(options: PostgresOptions, database: string) {
    this.#options = options;
    this.#database = database;
    this.#dialer = new Dialer(database, (late) => dial(options, database, late));
    this.pool = new SidecarPool({ database, connect: () => this.#dialer.connect() });
  }

  /** Opens the one that listens, or another; see {@link Dialer}. */
  connect(): Promise<pg.Client> {
    return this.#dialer.connect();
  }

  /** Finds out on a fresh one whether the database can be served; see {@link checkDatabase}. */
  async check(client: pg.Client): Promise<CheckedConnection> {
    const found: CheckedDatabase = { version: null, installed: null, schema: null };
    const facts = await checkDatabase(client, this.#database, () => this.connect(), found);
    return { ...facts, installed: found.installed ?? new Set() };
  }

  /** The one that listens stands. */
  open(facts: ConnectionFacts): void {
    this.pool.open((client) => prepareConnection(client, this.#database, facts));
  }

  /** It is gone. Mostly it is back in a moment: statements wait for it. */
  lost(): void {
    this.#isLost = true;
    this.pool.pause();
  }

  /** Why it was lost, or could not be opened; after the latter statements fail. Nothing happens while it stands. */
  failed(problem: Error): void {
    if (!this.#isLost) this.pool.refuse(problem);
    this.#isLost = false;
  }

  /** See {@link serverLives}. */
  serverLives(): Promise<boolean> {
    return serverLives(this.#options);
  }

  /** Closes the pool, and what waits to be let in. May be called twice. */
  async stop(): Promise<void> {
    await this.pool.end();
    await this.#dialer.stop();
  }
}
