import { setInterval } from 'node:timers/promises';
import pg from 'pg';
import { now } from '../clock.ts';
import type { Load } from './load.ts';

/** At most a hundred transactions a second: what is more goes into the same ones. */
const TICK_MS = 10;

const INSERT = `
  INSERT INTO web_socketio_message (channel, "values")
  SELECT channel, "values" FROM unnest($1::text[], $2::json[]) AS message (channel, "values")`;

/** When COMMIT was sent, by message. */
export type Sent = Map<number, number>;

/** Commits messages steadily, for pages that are spread over some databases. Whoever starts it stops it. */
export class LimitWriter {
  readonly #clients: readonly pg.Client[];
  readonly #load: Load;
  #number = 0;

  private constructor(clients: readonly pg.Client[], load: Load) {
    this.#clients = clients;
    this.#load = load;
  }

  static async start(databases: readonly pg.ClientConfig[], load: Load): Promise<LimitWriter> {
    const clients = databases.map((database) => new pg.Client(database));
    for (const client of clients) await client.connect();
    return new LimitWriter(clients, load);
  }

  /** Writes for so many seconds, at the load's rate as far as PostgreSQL takes it. */
  async write(seconds: number): Promise<Sent> {
    const sent: Sent = new Map();
    const start = now();
    for await (const _ of setInterval(TICK_MS)) {
      const elapsed = Math.min(seconds, (now() - start) / 1_000);
      await this.#commit(Math.floor(elapsed * this.#load.rate) - sent.size, sent);
      if (now() - start >= seconds * 1_000) return sent;
    }
    return sent;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) await client.end();
  }

  /** Commits so many messages, in one transaction for each database. */
  async #commit(count: number, sent: Sent): Promise<void> {
    const parts = this.#clients.map(() => ({
      numbers: [] as number[],
      channels: [] as string[],
      values: [] as string[],
    }));
    for (let index = 0; index < count; index += 1) {
      this.#number += 1;
      const { channel, page } = this.#load.message(this.#number);
      const part = parts[(page ?? 0) % parts.length];
      const to = page === null ? {} : { to_id: Math.floor(page / parts.length) + 1 };
      part?.numbers.push(this.#number);
      part?.channels.push(channel);
      part?.values.push(JSON.stringify({ number: this.#number, ...to }));
    }
    await Promise.all(
      parts.map(async ({ numbers, channels, values }, index) => {
        const client = this.#clients[index];
        if (client === undefined || numbers.length === 0) return;
        await client.query('BEGIN');
        await client.query(INSERT, [channels, values]);
        const at = now();
        await client.query('COMMIT');
        for (const number of numbers) sent.set(number, at);
      }),
    );
  }
}
