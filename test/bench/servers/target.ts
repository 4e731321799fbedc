import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { now } from '../clock.ts';
import type { CountingOdoo } from './counting-odoo.ts';
import type { Scenario } from './scenario.ts';
import type { RestartableServer } from './server.ts';
import { openBare, openOurs, openPython, type TargetParts } from './target-parts.ts';
import { Traffic } from './traffic.ts';

const QUIET_MS = 500;

/** Somebody who looks at a server while it is measured. */
interface Onlooker {
  /** Throws if it could not look. */
  check(): void;
  stop(): Promise<void>;
}

/** A server under test with its pages, and the writer that commits for them. */
export class Target {
  readonly #parts: TargetParts;
  #server: RestartableServer;
  #traffic: Traffic | null = null;
  #onlooker: Onlooker | null = null;
  #number = 0;

  private constructor(parts: TargetParts) {
    this.#parts = parts;
    this.#server = parts.server;
  }

  /** The built sidecar, and pages with tokens that listen to the channel. */
  static async openOurs(postgres: PostgresAddress, scenario: Scenario, node?: string): Promise<Target> {
    return new Target(await openOurs(postgres, scenario, node));
  }

  /** The same with a Python worker, in which the handlers run. */
  static async openPython(postgres: PostgresAddress, scenario: Scenario, node?: string): Promise<Target> {
    return new Target(await openPython(postgres, scenario, node));
  }

  /** Bare socket.io, and pages that say who they are. */
  static async openBare(postgres: PostgresAddress, scenario: Scenario, node?: string): Promise<Target> {
    return new Target(await openBare(postgres, scenario, node));
  }

  get server(): RestartableServer {
    return this.#server;
  }

  /** Does it keep what happens while it is away? Bare socket.io does not. */
  get replays(): boolean {
    return !this.#parts.notifies;
  }

  /** Null where nobody is asked about sessions. */
  get odoo(): CountingOdoo | null {
    return this.#parts.odoo;
  }

  get database(): string {
    return this.#parts.database.name;
  }

  /** Opens all pages, which listen from then on, and lets the server come to rest. */
  async connect(): Promise<void> {
    const { pages, auths, event, scenario } = this.#parts;
    await pages.connect(this.#url, auths, event, scenario.keeps);
    await sleep(QUIET_MS);
  }

  /** Kills the server under its pages, and starts it again. @param meanwhile done in between */
  async restart(meanwhile: () => Promise<void>): Promise<void> {
    await this.#parts.pages.expectEnd();
    await this.#server.kill();
    await meanwhile();
    this.#server = await this.#server.restart();
  }

  /** Opens all pages again. @returns when the last one was connected and listened to */
  comeBack(): Promise<number> {
    return this.#parts.pages.comeBack(this.#url);
  }

  /**
   * Opens one more page, in this process; whoever opens it disconnects it.
   *
   * @param path another namespace of the sidecar
   */
  async openSpare(path?: string): Promise<Socket> {
    const { spare } = this.#parts;
    const socket = io(path === undefined ? this.#url : `${this.#server.url}${path}`, {
      auth: spare,
      forceNew: true,
      transports: ['websocket'],
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return socket;
  }

  /** Closes all pages. */
  async disconnect(): Promise<void> {
    await this.#parts.pages.disconnect();
    await sleep(QUIET_MS);
  }

  /**
   * Opens pages without listening, and closes them.
   * @returns how long until all were connected, in milliseconds
   */
  async comeAndGo(count = this.#parts.auths.length): Promise<number> {
    const { pages, auths } = this.#parts;
    const start = now();
    const end = await pages.connect(this.#url, auths.slice(0, count), null);
    await pages.disconnect();
    await sleep(QUIET_MS);
    return end - start;
  }

  /** Commits one message. @returns its number, and when COMMIT was sent */
  async commit(
    values: object = {},
    channel: string = this.#parts.scenario.channel,
  ): Promise<{ number: number; at: number }> {
    const { writer, notifies } = this.#parts;
    this.#number += 1;
    const text = JSON.stringify({ ...values, number: this.#number });
    await writer.query('BEGIN');
    await writer.query('INSERT INTO web_socketio_message (channel, "values") VALUES ($1, $2)', [
      channel,
      text,
    ]);
    if (notifies) await writer.query(`SELECT pg_notify('bench', $1)`, [text]);
    const at = now();
    await writer.query('COMMIT');
    return { number: this.#number, at };
  }

  /** Commits many messages in one transaction. @returns their numbers, and when COMMIT was sent */
  async commitMany(count: number): Promise<{ numbers: number[]; at: number }> {
    const { writer, notifies, scenario } = this.#parts;
    const numbers = Array.from({ length: count }, (_, index) => this.#number + index + 1);
    this.#number += count;
    await writer.query('BEGIN');
    await writer.query(
      `INSERT INTO web_socketio_message (channel, "values")
       SELECT $1, json_build_object('number', number) FROM unnest($2::int[]) AS number`,
      [scenario.channel, numbers],
    );
    if (notifies) await writer.query(`NOTIFY bench`);
    const at = now();
    await writer.query('COMMIT');
    return { numbers, at };
  }

  /** Another process that commits messages for single pages. */
  async traffic(): Promise<Traffic> {
    const { database, notifies, scenario } = this.#parts;
    const { config } = database;
    const { channel, sockets } = scenario;
    this.#traffic ??= await Traffic.open({ config, channel, sockets, notifies });
    return this.#traffic;
  }

  /** Has somebody look until it is stopped. @param start gets its address, and where its database is */
  async look(start: (url: string, config: pg.ClientConfig) => Promise<Onlooker>): Promise<void> {
    const { database, scenario } = this.#parts;
    await database.addUsers(scenario.sockets);
    this.#onlooker = await start(this.#server.url, database.config);
  }

  /** How many messages are still in the table. */
  async countRows(): Promise<number> {
    const { rows } = await this.#parts.writer.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM web_socketio_message WHERE channel = $1',
      [this.#parts.scenario.channel],
    );
    return rows[0]?.count ?? 0;
  }

  /** @returns when each of the messages had arrived at the last page it is for */
  waitFor(numbers: readonly number[]): Promise<Map<number, number>> {
    return this.#parts.pages.waitFor(numbers);
  }

  /** Throws if a page was disconnected, or got a message twice, or somebody could not look. */
  check(): void {
    this.#onlooker?.check();
    this.#parts.pages.check();
  }

  async stop(): Promise<void> {
    const { pages, writer, odoo } = this.#parts;
    await this.#onlooker?.stop();
    await this.#traffic?.stop();
    await pages.stop();
    await this.#server.stop();
    await writer.end();
    odoo?.stop();
  }

  get #url(): string {
    return `${this.#server.url}${this.#parts.path}`;
  }
}
