import type pg from 'pg';
import { CONTROL_CHANNEL } from './api/adapter.ts';
import { SocketIOError } from './api/error.ts';
import type { Values } from './api/message.ts';
import { type Arrival, ChannelHub } from './delivery/channel-hub.ts';
import type { Log } from './delivery/log.ts';
import { clientConfig, openPool, type PostgresOptions } from './postgres/connection.ts';
import { ensureEpoch } from './postgres/epoch.ts';
import { nameFailure } from './postgres/failure.ts';
import type { Read } from './postgres/message-reader.ts';
import { toMessage } from './postgres/message-row.ts';
import { insertMessage } from './postgres/message-table.ts';
import { checkModules, ModuleTable } from './postgres/module-table.ts';
import { SessionTable } from './postgres/session-table.ts';
import { Subscription } from './postgres/subscription.ts';
import type { ModelCaller } from './rpc/model-caller.ts';
import type { Gateway, Proof, TokenCall } from './socketio/gateway.ts';
import { SessionWatch } from './socketio/session-watch.ts';

/** The same failure is logged again only so often. */
const REPEAT_MS = 60_000;

/** What one database is served with. */
export interface DatabaseOptions {
  readonly name: string;
  readonly postgres: PostgresOptions;
  readonly caller: ModelCaller;
  readonly log: Log;
  /** Told when messages may have been missed: every page has to load its data again. */
  resync(reason: string): void;
}

/** One database: what is read from it and written to it, for the sockets of its users. */
export class Database implements Gateway {
  readonly name: string;
  readonly hub = new ChannelHub();
  readonly watch: SessionWatch;
  readonly #options: DatabaseOptions;
  readonly #pool: pg.Pool;
  readonly #sessions: SessionTable;
  readonly #modules: ModuleTable;
  readonly #subscription: Subscription;
  #epoch: string | null = null;
  #ready = false;
  #failure = { text: '', at: 0 };
  #stopping: Promise<void> | null = null;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.name = options.name;
    this.#pool = openPool(options.postgres, this.name);
    this.#sessions = new SessionTable(this.#pool);
    this.#modules = new ModuleTable(this.#pool);
    this.watch = new SessionWatch(this);
    this.#subscription = new Subscription(clientConfig(options.postgres, this.name), {
      read: (read) => this.#read(read),
      connected: (client) => this.#connected(client),
      failed: (error, retryMs) => this.#failed(error, retryMs),
    });
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Starts to read, and goes on until `stop`. */
  start(): void {
    this.#subscription.start();
  }

  /** Closes every connection. May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#subscription.stop().then(() => this.#pool.end());
    return this.#stopping;
  }

  findProof(tokenHash: string): Promise<Proof | null> {
    return this.#sessions.find(tokenHash);
  }

  refreshModules(): Promise<void> {
    return this.#modules.refresh();
  }

  isInstalled(addon: string): boolean {
    return this.#modules.has(addon);
  }

  async notify(channel: string, uid: number, values: Values): Promise<void> {
    try {
      await insertMessage(this.#pool, channel, uid, values);
    } catch (error) {
      throw nameFailure(error, this.name);
    }
  }

  call(call: TokenCall): Promise<unknown> {
    return this.#options.caller.call({ db: this.name, ...call });
  }

  #read({ rows }: Read): void {
    const arrivals: Arrival[] = [];
    for (const row of rows) {
      try {
        const message = toMessage(row);
        if (message.channel === CONTROL_CHANNEL) this.watch.control(message);
        else arrivals.push({ message, size: row.values.length });
      } catch (error) {
        if (!(error instanceof SocketIOError)) throw error;
        this.#options.log.warn(this.name, `${error.code}: ${error.message}`);
      }
    }
    this.hub.publish(arrivals);
  }

  async #connected(client: pg.Client): Promise<void> {
    const installed = await checkModules(client, this.name);
    const { epoch } = await ensureEpoch(client);
    this.#modules.set(installed);
    const isReturn = this.#epoch !== null;
    if (isReturn && epoch !== this.#epoch) {
      // The snapshots of another server mean nothing here: what was missed cannot be known.
      this.#subscription.restart();
      this.#options.resync('epoch');
    }
    this.#epoch = epoch;
    this.#ready = true;
    this.#failure = { text: '', at: 0 };
    this.#options.log.info(this.name, isReturn ? 'Connected to PostgreSQL again' : 'Connected to PostgreSQL');
    if (isReturn) this.watch.checkAll();
  }

  #failed(error: unknown, retryMs: number): void {
    const { code, message } = nameFailure(error, this.name);
    const text = `${code}: ${message}`;
    const now = performance.now();
    if (text === this.#failure.text && now - this.#failure.at < REPEAT_MS) return;
    this.#failure = { text, at: now };
    this.#options.log.error(
      this.name,
      `${text} Next attempt in ${(retryMs / 1000).toFixed(1)} s, and so on until it works.`,
    );
  }
}
