import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresAddress } from '../../../support/postgres/postgres.ts';
import { readChildren, readFamilyTime, readParent } from './processor-time.ts';

const SAMPLE_MS = 100;

/** What PostgreSQL does for a server under test. Whoever starts it stops it. */
export class PostgresWatch {
  readonly #client: pg.Client;
  readonly #pid: number;

  private constructor(client: pg.Client, pid: number) {
    this.#client = client;
    this.#pid = pid;
  }

  static async start({ host, port, user, password }: PostgresAddress): Promise<PostgresWatch> {
    const client = new pg.Client({ host, port, user, password, database: 'postgres' });
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return new PostgresWatch(client, (await readParent(rows[0]?.pid ?? 0)) ?? 0);
  }

  /** The processor time of all of its processes so far, in milliseconds. */
  async readTime(): Promise<number> {
    return readFamilyTime(this.#pid, await readChildren(this.#pid));
  }

  /** Counts a program's connections while some work is done. @returns the most there were */
  async countDuring(application: string, work: () => Promise<void>): Promise<number> {
    let isOver = false;
    let most = 0;
    const counting = (async () => {
      while (!isOver) {
        most = Math.max(most, await this.#count(application));
        await sleep(SAMPLE_MS);
      }
    })();
    try {
      await work();
    } finally {
      isOver = true;
      await counting;
    }
    return most;
  }

  async stop(): Promise<void> {
    await this.#client.end();
  }

  async #count(application: string): Promise<number> {
    const { rows } = await this.#client.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1',
      [application],
    );
    return rows[0]?.count ?? 0;
  }
}
