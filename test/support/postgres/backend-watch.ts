import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { processesOf } from '../process/process-list.ts';
import type { TestDatabase } from './test-database.ts';

/** Counts a role's backends until the test has finished, those included that have not been let in yet. */
export class BackendWatch {
  readonly #client: pg.Client;
  readonly #role: string;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  readonly #seen = new Set<number>();
  #most = 0;
  #samples = 0;

  private constructor(client: pg.Client, role: string) {
    this.#client = client;
    this.#role = role;
    this.#running = this.#run();
    onTestFinished(() => this.stop());
  }

  static async start({ server }: TestDatabase, role: string): Promise<BackendWatch> {
    const { host, port, user, password } = server;
    const client = new pg.Client({ host, port, user, password, database: 'postgres' });
    await client.connect();
    return new BackendWatch(client, role);
  }

  /** The highest number that was there at one moment. */
  get most(): number {
    return this.#most;
  }

  /** How many different ones there were. */
  get total(): number {
    return this.#seen.size;
  }

  get samples(): number {
    return this.#samples;
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    await this.#running;
    await this.#client.end();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const [listed, known] = await Promise.all([this.#titles(), this.#activity()]);
      // PostgreSQL 15 leaves those that wait for a lock of the database out of pg_stat_activity; their titles show them. A
      // backend that ended between the two looks is in one of them alone.
      this.#most = Math.max(this.#most, listed.length, known.length);
      for (const pid of [...listed, ...known]) this.#seen.add(pid);
      this.#samples += 1;
      await setTimeout(50);
    }
  }

  /** By the titles of processes, which are such as `postgres: role database 127.0.0.1(1234) startup waiting`. */
  async #titles(): Promise<number[]> {
    return (await processesOf(`postgres: ${this.#role} `)).map(({ pid }) => pid);
  }

  async #activity(): Promise<number[]> {
    const { rows } = await this.#client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE usename = $1',
      [this.#role],
    );
    return rows.map(({ pid }) => pid);
  }
}
