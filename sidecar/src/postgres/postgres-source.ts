import type pg from 'pg';
import type { SidecarError } from '../api/sidecar-error.ts';
import type { Arrival } from '../delivery/arrival.ts';
import type { ChannelInterval } from '../delivery/interval.ts';
import type { MessageSource, SourceEvents, Stretch } from '../delivery/source.ts';
import type { Connections } from './connections.ts';
import { EpochKeeper, type EpochKeeperOptions } from './epoch/epoch-keeper.ts';
import { Gathering } from './read/gathering.ts';
import { type MessageRow, toArrivals } from './read/message-row.ts';
import type { ReadPage } from './read/message-stream.ts';
import type { ReadStream } from './read/read-stream.ts';
import { ReplayTable } from './read/replay-table.ts';
import { Subscription } from './read/subscription.ts';

/** What a source of one database is read with, and what it tells of itself. */
export interface PostgresSourceOptions extends Omit<EpochKeeperOptions, 'pool'> {
  readonly connections: Connections;
  /** False: messages are read twenty times a second, and no transaction ever sends NOTIFY. */
  readonly wakeUp: boolean;
  /** What else is read over the connection of the messages. */
  readonly others: readonly ReadStream[];
  /** So many rows were read. */
  count(rows: number): void;
  /** A row is not a message. */
  refused(error: SidecarError): void;
  /**
   * A new connection was checked: the database can be served.
   * @param installed the addons installed there
   * @param isReturn whether there had been one before
   */
  connected(installed: ReadonlySet<string>, isReturn: boolean): void;
  /** It reads: the first time on a connection, or again after it had failed. */
  reading(): void;
  /** The connection or a read failed; the next attempt follows in `retryMs`. */
  failed(error: unknown, retryMs: number): void;
  /** PostgreSQL's queue of notifications fills up: messages are read twenty times a second until there is room. */
  wakeUpMissed(): void;
}

/** The messages of one database's table: read as they are committed, and once more for pages that missed some. */
export class PostgresSource implements MessageSource {
  readonly #options: PostgresSourceOptions;
  readonly #events: SourceEvents;
  readonly #subscription: Subscription;
  readonly #epoch: EpochKeeper;
  readonly #table: ReplayTable;
  readonly #readings = new Gathering();
  readonly #replayed = new WeakMap<MessageRow, readonly Arrival[]>();
  #isOther = false;

  constructor(options: PostgresSourceOptions, events: SourceEvents) {
    this.#options = options;
    this.#events = events;
    const { connections, wakeUp, others } = options;
    const { pool } = connections;
    this.#table = new ReplayTable(pool);
    this.#epoch = new EpochKeeper({
      ...{ pool, heartbeat: options.heartbeat, witness: options.witness, orphans: options.orphans },
      changed: (change) => options.changed(change),
      released: (count) => options.released(count),
    });
    this.#subscription = new Subscription(
      () => connections.connect(),
      {
        begin: (snapshot) => this.#begin(snapshot),
        read: (page) => this.#read(page),
        heard: () => events.heard(),
        connected: (client) => this.#connect(client),
        reading: () => options.reading(),
        disconnected: () => connections.lost(),
        failed: (error, retryMs) => options.failed(error, retryMs),
        wakeUpMissed: () => options.wakeUpMissed(),
        serverLives: () => connections.serverLives(),
      },
      { wakeUp, others },
    );
  }

  get epoch(): string {
    return this.#epoch.epoch;
  }

  /** True while each commit wakes it up, instead of being read every few milliseconds. */
  get armed(): boolean {
    return this.#subscription.armed;
  }

  /** All that no other source brings. */
  brings(): boolean {
    return true;
  }

  start(): void {
    this.#subscription.start();
  }

  async stop(): Promise<void> {
    await this.#subscription.stop();
    await this.#epoch.stop();
  }

  /** Gives the connection up for that reason, as if it had been lost. Nothing happens while there is none. */
  fail(error: unknown): void {
    this.#subscription.fail(error);
  }

  /** Reads at once what else is read. */
  wake(): void {
    this.#subscription.wake();
  }

  readNow(channel: string): Promise<void> {
    return this.#readings.begin(() => this.#subscription.readNow(channel));
  }

  async between(interval: ChannelInterval, most: number): Promise<Stretch> {
    const missed = await this.#table.read(interval, this.#epoch.base, most);
    return 'gap' in missed ? missed : { arrivals: missed.rows.flatMap((row) => this.#toArrivals(row)) };
  }

  /** Pages that share a query share what is made of its rows. A row that is not a message was named when it was read first. */
  #toArrivals(row: MessageRow): readonly Arrival[] {
    const known = this.#replayed.get(row);
    if (known !== undefined) return known;
    const arrivals = toArrivals([row], () => undefined);
    this.#replayed.set(row, arrivals);
    return arrivals;
  }

  #begin(snapshot: string): void {
    const isOther = this.#isOther;
    this.#isOther = false;
    this.#events.begin(snapshot, isOther);
  }

  #read(page: ReadPage): void {
    const { rows, channel, snapshot, committed } = page;
    this.#options.count(rows.length);
    if (channel === null) this.#epoch.read(snapshot, rows.length > 0);
    this.#events.read(
      page,
      toArrivals(rows, (error) => this.#options.refused(error), committed),
    );
  }

  async #connect(client: pg.Client): Promise<string> {
    const { connections } = this.#options;
    const checked = await connections.check(client);
    const isReturn = this.epoch !== '';
    const { base, change } = await this.#epoch.check(client);
    this.#options.connected(checked.installed, isReturn);
    connections.open(checked);
    if (isReturn && change !== null) {
      // The snapshots of another server mean nothing here: what was missed cannot be known.
      this.#subscription.restart();
      this.#isOther = true;
    }
    return base;
  }
}
