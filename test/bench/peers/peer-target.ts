import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { now } from '../clock.ts';
import { readProcessorTime, readResident } from '../odoo/servers/processor-time.ts';
import { Pages } from '../servers/pages.ts';
import type { Audience, Peer, PeerServer } from './peer.ts';

const QUIET_MS = 500;
/** Go gives memory back by and by. */
const READINGS = 10;
const READING_MS = 400;

/** A server under test with its pages, and the writer that commits for them. Whoever opens it stops it. */
export class PeerTarget {
  readonly #server: PeerServer;
  readonly #writer: pg.Client;
  #pages: Pages | null = null;
  #number = 0;

  private constructor(server: PeerServer, writer: pg.Client) {
    this.#server = server;
    this.#writer = writer;
  }

  static async open(peer: Peer, postgres: PostgresAddress, pages: number, node: string): Promise<PeerTarget> {
    const server = await peer.start(postgres, pages, node);
    const writer = new pg.Client(server.database);
    await writer.connect();
    return new PeerTarget(server, writer);
  }

  /** Opens pages that listen from then on, and lets the server come to rest. @returns how long it took, in milliseconds */
  async connect(count: number, audience: Audience): Promise<number> {
    const { pageProcess, pageUrl } = this.#server;
    this.#pages = await Pages.start(audience === 'one' ? 1 : null, pageProcess);
    const { auths, event } = this.#server.pages(count, audience);
    const start = now();
    const end = await this.#pages.connect(pageUrl, auths, event);
    await sleep(QUIET_MS);
    return end - start;
  }

  /** Closes all pages. A message that came twice, or a page that was cut off, fails the run here at the latest. */
  async disconnect(): Promise<void> {
    await sleep(QUIET_MS);
    this.#pages?.check();
    await this.#pages?.disconnect();
    await sleep(QUIET_MS);
    await this.#pages?.stop();
    this.#pages = null;
  }

  /** Opens pages that listen, and closes them. @returns how long until all of them listened, in milliseconds */
  async comeAndGo(count: number): Promise<number> {
    const ms = await this.connect(count, 'one');
    await this.disconnect();
    return ms;
  }

  /** Commits one message for a user, or for all. @returns its number, and when COMMIT was sent */
  async commit(to: number | null): Promise<{ readonly number: number; readonly at: number }> {
    this.#number += 1;
    await this.#writer.query('BEGIN');
    await this.#writer.query(this.#server.insert(this.#number, to));
    const at = now();
    await this.#writer.query('COMMIT');
    return { number: this.#number, at };
  }

  /**
   * Commits as fast as so many writers can, each a change of its own order and a message for some user.
   *
   * @returns the numbers of the messages, how long it took in milliseconds
   */
  async commitTogether(writers: number, seconds: number, users: number) {
    const numbers: number[] = [];
    await this.#writer.query(
      `CREATE TABLE IF NOT EXISTS bench_order (id int PRIMARY KEY, amount int NOT NULL DEFAULT 0);
       INSERT INTO bench_order (id) SELECT generate_series(1, ${writers}) ON CONFLICT DO NOTHING`,
    );
    const clients = Array.from({ length: writers }, () => new pg.Client(this.#server.database));
    await Promise.all(clients.map((client) => client.connect()));
    const start = now();
    await Promise.all(
      clients.map(async (client, order) => {
        while (now() < start + seconds * 1_000) {
          this.#number += 1;
          numbers.push(this.#number);
          // In one round trip: this process should not be what is measured.
          await client.query(
            `BEGIN ISOLATION LEVEL REPEATABLE READ;
             UPDATE bench_order SET amount = amount + 1 WHERE id = ${order + 1};
             ${this.#server.insert(this.#number, 1 + Math.floor(Math.random() * users))};
             COMMIT`,
          );
        }
      }),
    );
    const end = now();
    await Promise.all(clients.map((client) => client.end()));
    return { numbers, ms: end - start };
  }

  /** @returns when each of the messages had arrived at the last page it is for */
  async waitFor(numbers: readonly number[]): Promise<Map<number, number>> {
    if (this.#pages === null)
      throw new Error('There is no page that could get a message. Call connect() first.');
    return this.#pages.waitFor(numbers);
  }

  /** The server's processor time so far, in milliseconds. */
  readProcessorTime(): Promise<number> {
    return readProcessorTime(this.#server.pid);
  }

  /** What it holds when it has collected its garbage: the least of some readings, in kilobytes. */
  async readMemory(): Promise<number> {
    const readings: number[] = [];
    while (readings.length < READINGS) {
      await this.#server.collectGarbage();
      await sleep(READING_MS);
      readings.push(await readResident(this.#server.pid));
    }
    return Math.min(...readings);
  }

  async stop(): Promise<void> {
    await this.#pages?.stop();
    await this.#writer.end();
    await this.#server.stop();
  }
}
