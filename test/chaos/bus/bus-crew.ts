import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { sendNotification } from '../../support/bus/bus-database.ts';
import type { TestDatabase } from '../../support/postgres/test-database.ts';

const BURST_MS = 1_500;
const PAUSE_MS = 1_000;

/** Writers on Odoo's bus whose transactions take all kinds of times, so that many commit late. They outlive PostgreSQL. */
export class BusCrew {
  readonly #config: pg.ClientConfig;
  readonly #channels: readonly string[];
  readonly #start = performance.now();
  readonly #work: Promise<void>[];
  #isOver = false;
  turns = 0;
  /** Transactions of which nobody knows what became, or that failed. */
  failed = 0;

  constructor({ config }: TestDatabase, channels: readonly string[], size: number) {
    this.#config = config;
    this.#channels = channels;
    this.#work = Array.from({ length: size }, () => this.#write());
    onTestFinished(() => this.stop());
  }

  /** Resolves when nobody writes any more. May be called twice. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#work);
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      const client = new pg.Client({ ...this.#config, application_name: 'chaos_writer' });
      client.on('error', () => undefined);
      try {
        await client.connect();
        while (!this.#isOver) {
          const phase = (performance.now() - this.#start) % (BURST_MS + PAUSE_MS);
          if (phase > BURST_MS) await wait(BURST_MS + PAUSE_MS - phase);
          await this.#transact(client);
          this.turns += 1;
          await wait(Math.random() * 15);
        }
      } catch {
        this.failed += 1;
        await wait(50);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  async #transact(client: pg.Client): Promise<void> {
    const dice = Math.random();
    await client.query('BEGIN');
    await this.#send(client);
    if (dice < 0.3) {
      await client.query('SAVEPOINT one');
      await this.#send(client);
      await client.query(dice < 0.15 ? 'ROLLBACK TO SAVEPOINT one' : 'RELEASE SAVEPOINT one');
      await this.#send(client);
    }
    if (dice > 0.95) await wait(Math.random() * 1_500);
    await client.query(dice > 0.6 && dice < 0.7 ? 'ROLLBACK' : 'COMMIT');
  }

  async #send(client: pg.Client): Promise<void> {
    const channel = this.#channels[Math.floor(Math.random() * this.#channels.length)] ?? '';
    await sendNotification(client, channel, { chaos: true });
  }
}
