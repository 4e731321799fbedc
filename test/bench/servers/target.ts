import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import type { PostgresAddress } from '../../support/postgres/postgres.ts';
import { now } from '../clock.ts';
import { type BareServerOptions, startBareServer } from './bare-server.ts';
import { BenchDatabase } from './bench-database.ts';
import { startSidecar } from './bench-sidecar.ts';
import { Pages } from './pages.ts';
import { startPythonSidecar } from './python-sidecar.ts';
import type { Server } from './server.ts';

/** What both servers are asked to do. */
export interface Scenario {
  readonly sockets: number;
  /** A channel of the benchmark's server module, and the event by which a page begins to listen to it. */
  readonly channel: 'bench_one' | 'bench_all' | 'bench_queue_one' | 'bench_queue' | 'bench_chosen';
  readonly baseline: BareServerOptions['kind'];
}

interface Parts {
  readonly database: BenchDatabase;
  readonly server: Server;
  readonly pages: Pages;
  readonly writer: pg.Client;
  /** Where pages connect, and what each says about itself. */
  readonly url: string;
  readonly auths: readonly object[];
  /** What one more page says. */
  readonly spare: object;
  readonly event: string | null;
  readonly channel: string;
  /** Does the writer put the message into a NOTIFY? */
  readonly notifies: boolean;
}

const QUIET_MS = 500;

/** A server under test with its pages, and the writer that commits for them. */
export class Target {
  readonly #parts: Parts;
  #number = 0;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The built sidecar, and pages with tokens that listen to the channel. */
  static openOurs(postgres: PostgresAddress, scenario: Scenario): Promise<Target> {
    return Target.#open(postgres, scenario, ({ name }) => startSidecar(postgres, [name]));
  }

  /** The same with a Python worker, in which the handlers run. */
  static openPython(postgres: PostgresAddress, scenario: Scenario): Promise<Target> {
    return Target.#open(postgres, scenario, ({ name }) => startPythonSidecar(postgres, name));
  }

  static async #open(
    postgres: PostgresAddress,
    { sockets, channel }: Scenario,
    start: (database: BenchDatabase) => Promise<Server>,
  ): Promise<Target> {
    const database = await BenchDatabase.create(postgres);
    const server = await start(database);
    // One more, for what is measured in a page of this process.
    const tokens = await database.addTokens(sockets + 1);
    // As the web client's pages do: they are told with each batch how far they have read, and recognise it by its ids.
    const auths = tokens.map((token) => ({ db: database.name, token, positions: {}, parcels: true }));
    return new Target({
      ...{ database, server, channel, event: channel, notifies: false },
      url: `${server.url}/longpolling`,
      auths: auths.slice(0, sockets),
      spare: auths.at(-1) ?? {},
      ...(await startLoad(database, channel)),
    });
  }

  /** Bare socket.io, and pages that say who they are. */
  static async openBare(postgres: PostgresAddress, scenario: Scenario): Promise<Target> {
    const { sockets, channel, baseline: kind } = scenario;
    const database = await BenchDatabase.create(postgres);
    await database.query('DROP TRIGGER web_socketio_wake_up ON web_socketio_message');
    const server = await startBareServer({ config: database.config, kind });
    return new Target({
      ...{ database, server, channel, event: null, notifies: true },
      url: server.url,
      auths: Array.from({ length: sockets }, (_, index) => ({ uid: index + 1 })),
      spare: { uid: sockets + 1 },
      ...(await startLoad(database, channel)),
    });
  }

  get server(): Server {
    return this.#parts.server;
  }

  /** Opens all pages, which listen from then on, and lets the server come to rest. */
  async connect(): Promise<void> {
    const { pages, url, auths, event } = this.#parts;
    await pages.connect(url, auths, event);
    await sleep(QUIET_MS);
  }

  /** Opens one more page, in this process; whoever opens it disconnects it. */
  async openSpare(path = '/longpolling'): Promise<Socket> {
    const { server, spare } = this.#parts;
    const socket = io(`${server.url}${path}`, { auth: spare, forceNew: true, transports: ['websocket'] });
    await new Promise<void>((resolve) => socket.once('connect', resolve));
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
    const { pages, url, auths } = this.#parts;
    const start = now();
    const end = await pages.connect(url, auths.slice(0, count), null);
    await pages.disconnect();
    await sleep(QUIET_MS);
    return end - start;
  }

  /** Commits one message. @returns its number, and when COMMIT was sent */
  async commit(values: object = {}, channel = this.#parts.channel): Promise<{ number: number; at: number }> {
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
    const { writer, channel, notifies } = this.#parts;
    const numbers = Array.from({ length: count }, (_, index) => this.#number + index + 1);
    this.#number += count;
    await writer.query('BEGIN');
    await writer.query(
      `INSERT INTO web_socketio_message (channel, "values")
       SELECT $1, json_build_object('number', number) FROM unnest($2::int[]) AS number`,
      [channel, numbers],
    );
    if (notifies) await writer.query(`NOTIFY bench`);
    const at = now();
    await writer.query('COMMIT');
    return { numbers, at };
  }

  /** How many messages are still in the table. */
  async countRows(): Promise<number> {
    const { rows } = await this.#parts.writer.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM web_socketio_message WHERE channel = $1',
      [this.#parts.channel],
    );
    return rows[0]?.count ?? 0;
  }

  /** @returns when each of the messages had arrived at the last page it is for */
  waitFor(numbers: readonly number[]): Promise<Map<number, number>> {
    return this.#parts.pages.waitFor(numbers);
  }

  async stop(): Promise<void> {
    const { pages, server, writer } = this.#parts;
    await pages.stop();
    await server.stop();
    await writer.end();
  }
}

async function startLoad(
  database: BenchDatabase,
  channel: Scenario['channel'],
): Promise<{ pages: Pages; writer: pg.Client }> {
  const writer = new pg.Client(database.config);
  await writer.connect();
  return { pages: await Pages.start(channel === 'bench_all' ? null : 1), writer };
}
