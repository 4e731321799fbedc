import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readScreenStatements } from './screen-statements.ts';

const SCRAPE_MS = 5_000;
/** Odoo's lists have so many rows, and count all of them. */
const PAGE = 80;

/** Prometheus, which scrapes the metrics, and somebody who has the operator's screen open and reloads it as often. */
export class Onlookers {
  readonly #metrics: string;
  readonly #client: pg.Client;
  readonly #statements: readonly string[];
  readonly #ending = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #failure: unknown = null;

  private constructor(metrics: string, client: pg.Client, statements: readonly string[]) {
    this.#metrics = metrics;
    this.#client = client;
    this.#statements = statements;
  }

  /** @param url of the sidecar @param config of its database */
  static async start(url: string, config: pg.ClientConfig): Promise<Onlookers> {
    const client = new pg.Client(config);
    await client.connect();
    const onlookers = new Onlookers(`${url}/metrics`, client, await readScreenStatements());
    onlookers.#looking = onlookers.#run();
    return onlookers;
  }

  /** Throws if one of them could not look. */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#looking;
    await this.#client.end();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    try {
      while (!signal.aborted) {
        await this.#look();
        await sleep(SCRAPE_MS, undefined, { signal }).catch(() => undefined);
      }
    } catch (error) {
      this.#failure = error;
    }
  }

  async #look(): Promise<void> {
    const answer = await fetch(this.#metrics);
    const text = await answer.text();
    if (!answer.ok || !text.includes('web_socketio_pages'))
      throw new Error(`${this.#metrics} answered ${answer.status}: ${text.slice(0, 200)}`);
    for (const statement of this.#statements) {
      await this.#client.query(`SELECT count(*) FROM (${statement}) AS list`);
      await this.#client.query(`SELECT * FROM (${statement}) AS list ORDER BY id LIMIT ${PAGE}`);
    }
  }
}
