import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { TestDatabase } from '../../support/postgres/test-database.ts';

/** Bursts are faster than anything that wakes the sidecar up, pauses long enough for the wake-up to be armed again. */
const BURST_MS = 1_500;
const PAUSE_MS = 1_500;

/** Writers that do all that programs do to a database, at the same time, while somebody cancels their statements. */
export class WriterCrew {
  readonly #writers: readonly pg.Client[];
  readonly #canceller: pg.Client;
  readonly #start = performance.now();
  #turns = 0;
  #cancelled = 0;

  private constructor(writers: readonly pg.Client[], canceller: pg.Client) {
    this.#writers = writers;
    this.#canceller = canceller;
  }

  static async gather({ config }: TestDatabase, size: number): Promise<WriterCrew> {
    const connect = async () => {
      const client = new pg.Client({ ...config, application_name: 'chaos_writer' });
      await client.connect();
      onTestFinished(() => client.end());
      return client;
    };
    const writers = await Promise.all(Array.from({ length: size }, connect));
    return new WriterCrew(writers, await connect());
  }

  get turns(): number {
    return this.#turns;
  }

  get cancelled(): number {
    return this.#cancelled;
  }

  /** Writes for so long, and until a cancellation has hit: on a quick machine most of them come too late. */
  async write(ms: number): Promise<void> {
    const until = this.#start + ms;
    const isOver = () => performance.now() >= until && this.#cancelled > 0;
    await Promise.all([...this.#writers.map((writer) => this.#work(writer, isOver)), this.#cancel(isOver)]);
  }

  async #work(writer: pg.Client, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const phase = (performance.now() - this.#start) % (BURST_MS + PAUSE_MS);
      if (phase > BURST_MS) await setTimeout(BURST_MS + PAUSE_MS - phase);
      try {
        await this.#transact(writer);
      } catch {
        // Cancelled: at any place, the trigger included.
        this.#cancelled += 1;
        await rollBack(writer);
      }
      this.#turns += 1;
      await setTimeout(Math.random() * 10);
    }
  }

  async #transact(writer: pg.Client): Promise<void> {
    const dice = Math.random();
    await writer.query('BEGIN');
    await insert(writer);
    if (dice < 0.3) {
      await writer.query('SAVEPOINT one');
      await insert(writer);
      if (dice < 0.15) await writer.query('ROLLBACK TO SAVEPOINT one');
      else await writer.query('RELEASE SAVEPOINT one');
      await insert(writer);
    }
    if (dice > 0.97) await setTimeout(Math.random() * 1_500);
    await writer.query(dice > 0.6 && dice < 0.75 ? 'ROLLBACK' : 'COMMIT');
  }

  /** Most statements are over before their cancellation arrives, so it takes many. */
  async #cancel(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#canceller.query(
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'chaos_writer' AND state = 'active' AND pid <> pg_backend_pid()`,
      );
      await setTimeout(Math.random() * 20);
    }
  }
}

async function insert(writer: pg.Client): Promise<void> {
  await writer.query(
    `INSERT INTO web_socketio_message (channel, "values") VALUES ('chaos_each', '{}'), ('chaos_queue', '{}')`,
  );
}

/** A late cancellation may hit the rollback itself. */
async function rollBack(writer: pg.Client): Promise<void> {
  await writer.query('ROLLBACK').catch(() => rollBack(writer));
}
