import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { TestDatabase } from '../../support/postgres/test-database.ts';
import type { Channel } from '../fleet/page-record.ts';

export interface LoadOptions {
  readonly channels: readonly Channel[];
  readonly perSecond: number;
  /** How many messages for each channel; without end unless given. */
  readonly count?: number;
  /** Every so many messages one that handlers refuse. */
  readonly poisonEvery?: number;
}

/** A program that sends at a rate, whatever happens to its connection. Whether a commit got through, the ledger knows. */
export class Load {
  readonly #config: pg.ClientConfig;
  readonly #options: LoadOptions;
  readonly #stopping = new AbortController();
  #sent = 0;
  /** Resolves when as many were sent as should be, or after `stop`. */
  readonly done: Promise<void>;

  constructor({ config }: Pick<TestDatabase, 'config'>, options: LoadOptions) {
    this.#config = config;
    this.#options = options;
    this.done = this.#run();
    onTestFinished(() => this.stop());
  }

  get sent(): number {
    return this.#sent;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.done;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const client = new pg.Client({ ...this.#config, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await this.#send(client);
      } catch {
        await setTimeout(50);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  async #send(client: pg.Client): Promise<void> {
    const { channels, perSecond, poisonEvery = 0 } = this.#options;
    const start = performance.now() - (this.#sent / perSecond) * 1_000;
    while (!this.#isOver) {
      const wait = start + (this.#sent / perSecond) * 1_000 - performance.now();
      if (wait > 0) await setTimeout(wait);
      const n = this.#sent + 1;
      const values = poisonEvery > 0 && n % poisonEvery === 0 ? { n, poison: true } : { n };
      await client.query(
        `INSERT INTO web_socketio_message (channel, "values") SELECT 'chaos_' || unnest($1::text[]), $2`,
        [channels, JSON.stringify(values)],
      );
      this.#sent = n;
    }
  }

  get #isOver(): boolean {
    return this.#stopping.signal.aborted || this.#sent >= (this.#options.count ?? Number.POSITIVE_INFINITY);
  }
}
