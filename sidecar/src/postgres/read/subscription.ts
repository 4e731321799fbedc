import type pg from 'pg';
import { BackOff } from '../../lib/back-off.ts';
import { Sleep } from '../../lib/sleep.ts';
import { closeClient } from '../connect/connection.ts';
import { MessageStream, type StreamEvents } from './message-stream.ts';
import { Pace } from './pace.ts';
import type { ReadStream } from './read-stream.ts';
import { byIndex } from './unseen.ts';
import { BUSY, WAKE_UP_CHANNEL, WakeUp } from './wake-up.ts';

/** How often an armed subscription reads without being woken up: its heartbeat. With the query's timeout, a dead link is noticed in 8 s. */
const HEARTBEAT_MS = 3_000;
/**
 * How often an unarmed one reads: within these, it rests as long as a read took. With 1,000 messages a second for others, half of all single
 * messages were there after 1.5 to 3.7 ms, and after 6 to 12 where it rested four times as long and 4 ms at least; the
 * sidecar worked a fifth more for it (2026-11-29).
 */
const FAST_READ_MS = 1;
const BUSY_READ_MS = 25;
const REST = 1;
/** In a rush the business needs the same processors, so reading takes a twentieth of the time. */
const REST_IN_RUSH = 19;
/** The same where the wake-up cannot be armed, however slowly messages come. */
const UNWOKEN_READ_MS = 50;
/** While a writer that may have found the wake-up unarmed is still open, reading backs off between these. */
const SETTLE_FIRST_MS = 20;
const SETTLE_LAST_MS = 250;
/** PostgreSQL is to be listened to again within two seconds of its return. */
const RETRY_FIRST_MS = 100;
const RETRY_LAST_MS = 1_000;
/** An administrator has ended the connection … */
const ADMIN_SHUTDOWN = '57P01';
/**
 * … and the server lives: whoever copies or drops a database ends all its connections first, and fails if there is a new
 * one. Odoo's database manager does so. PostgreSQL itself waits five seconds more for the last one to go.
 */
const STAY_AWAY_MS = 3_000;
/** Lock and statement timeouts of the server: the connection is as good as before. */
const STATEMENT_ENDED: ReadonlySet<unknown> = new Set(['55P03', '57014']);

/** The read statement is planned once: planning took a third of the time. (That setting is new in 12.) */
const PLAN = `SELECT set_config(name, 'force_generic_plan', false) FROM pg_settings WHERE name = 'plan_cache_mode'`;

/** What a subscription reports. Nothing here may throw. */
export interface SubscriptionEvents extends StreamEvents {
  /**
   * Called on each new connection before it is used; what it throws counts as a failed connection.
   * @returns what the column txid is above the number of a transaction
   */
  connected(client: pg.Client): Promise<string>;
  /** It reads: the first time on a connection, or again after it had failed. */
  reading(): void;
  /** A connection that had been `connected` is gone. Not when the subscription is stopped. */
  disconnected(): void;
  /** The connection or a read failed; the next attempt follows in `retryMs`. */
  failed(error: unknown, retryMs: number): void;
  /** Nobody wakes it up any more, since PostgreSQL's queue of notifications fills up: it reads all the time until there is room. */
  wakeUpMissed(): void;
  /** After an administrator has ended the connection: does the server live? Else it is being stopped. */
  serverLives(): Promise<boolean>;
}

/** How a subscription reads. */
export interface SubscriptionOptions {
  /** A snapshot to go on from; null, the default, starts with what commits from now on. */
  readonly since?: string | null;
  /** False: the wake-up is never armed, so that no transaction ever sends NOTIFY. True unless given. */
  readonly wakeUp?: boolean;
  /** What else is read over this connection, after the messages. */
  readonly others?: readonly ReadStream[];
}

/**
 * The one LISTEN connection of a database: woken up, it reads; when the connection dies it comes back and goes
 * on from the snapshot where it was, so that nothing is missed and nothing read twice.
 */
export class Subscription {
  readonly #dial: () => Promise<pg.Client>;
  readonly #events: SubscriptionEvents;
  readonly #wakeUp = new WakeUp();
  readonly #mayArm: boolean;
  readonly #backOff = new BackOff(RETRY_FIRST_MS, RETRY_LAST_MS);
  readonly #stream: MessageStream;
  readonly #others: readonly ReadStream[];
  #pace = new Pace();
  #client: pg.Client | null = null;
  #lose: ((error: unknown) => void) | null = null;
  #reading = false;
  #stopped = false;
  #running: Promise<void> | null = null;
  #closing: Promise<void> = Promise.resolve();
  #sleep: Sleep | null = null;
  #woken = false;
  #busy = false;
  #settleMs = SETTLE_FIRST_MS;

  /** @param dial opens a connection */
  constructor(
    dial: () => Promise<pg.Client>,
    events: SubscriptionEvents,
    { since = null, wakeUp = true, others = [] }: SubscriptionOptions = {},
  ) {
    this.#dial = dial;
    this.#events = events;
    this.#mayArm = wakeUp;
    this.#stream = new MessageStream(events, since);
    this.#others = others;
  }

  get armed(): boolean {
    return this.#wakeUp.armed;
  }

  /** Starts, and never gives up until `stop`. Calling it again changes nothing. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the connection. Resolves when it is closed; may be called twice, and before `start`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.wake();
    await this.#running;
    await this.#closing;
    for (const stream of this.#streams()) stream.end();
  }

  /** Resolves when everything of that channel that is committed now has been read. Many who ask at once share one read. */
  readNow(channel: string): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    const read = this.#stream.readNow(channel);
    this.wake();
    return read;
  }

  /** Does not wait until the next read is due. */
  wake(): void {
    this.#woken = true;
    this.#sleep?.end();
  }

  /** Forgets where it was: the next connection begins with what commits from then on. */
  restart(): void {
    for (const stream of this.#streams()) stream.restart();
  }

  /** Gives the connection up for that reason, as if it had been lost. Nothing happens while there is none. */
  fail(error: unknown): void {
    this.#lose?.(error);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#serve();
      } catch (error) {
        if (this.#stopped) return;
        const isWanted = codeOf(error) === ADMIN_SHUTDOWN && (await this.#events.serverLives());
        await this.#fail(error, isWanted ? STAY_AWAY_MS : this.#backOff.next());
      }
    }
  }

  async #fail(error: unknown, retryMs: number): Promise<void> {
    this.#reading = false;
    this.#events.failed(error, retryMs);
    // Whoever asks for a read meanwhile wakes it up, and waits.
    const end = performance.now() + retryMs;
    for (let left = retryMs; left > 0 && !this.#stopped; left = end - performance.now()) {
      this.#woken = false;
      await this.#wait(left);
    }
  }

  async #serve(): Promise<void> {
    const client = await this.#dial();
    this.#client = client;
    let lost: unknown = null;
    let isConnected = false;
    const lose = (error: unknown) => {
      lost ??= error;
      if (this.#client === client) this.wake();
    };
    this.#lose = lose;
    client.on('error', lose);
    client.on('end', () => lose(new Error('Connection terminated')));
    client.on('notification', ({ payload }) => {
      // Else it reads all the time: a NOTIFY that was sent before it began to, or for another sidecar, brings nothing new.
      if (!this.#wakeUp.armed) return;
      this.#busy ||= payload === BUSY;
      this.wake();
    });
    try {
      const base = await this.#events.connected(client);
      isConnected = true;
      await client.query(byIndex(false));
      await client.query(PLAN);
      await client.query(`LISTEN ${WAKE_UP_CHANNEL}`);
      for (const stream of this.#streams()) await stream.begin(client, base);
      this.#pace = new Pace();
      while (!this.#stopped) {
        if (lost !== null) throw lost;
        await this.#readPatiently(client, () => lost !== null);
      }
    } catch (error) {
      // What a statement that was under way says of a lost connection is less than what the server said before.
      throw lost ?? error;
    } finally {
      this.#wakeUp.reset();
      this.#client = null;
      this.#lose = null;
      this.#reading = false;
      // Not waited for: on a dead link it takes a second, in which nobody would know of it.
      this.#closing = closeClient(client);
      if (isConnected && !this.#stopped) this.#events.disconnected();
    }
  }

  /**
   * Reads once, and waits until the next read is due. Where the table is locked, the connection stays: another one would
   * wait likewise, and the pool with it, so that this sidecar would not be heard of any more.
   */
  async #readPatiently(client: pg.Client, isLost: () => boolean): Promise<void> {
    try {
      const waitMs = await this.#read(client);
      if (!this.#reading) this.#events.reading();
      this.#reading = true;
      await this.#wait(waitMs);
    } catch (error) {
      if (this.#stopped || isLost() || !STATEMENT_ENDED.has(codeOf(error))) throw error;
      await this.#fail(error, this.#backOff.next());
    }
  }

  /** Reads once. @returns how long to wait for the wake-up before the next read, in milliseconds */
  async #read(client: pg.Client): Promise<number> {
    const wasWoken = this.#woken;
    this.#woken = false;
    if (this.#busy) {
      this.#busy = false;
      this.#pace.busy(performance.now());
      // Before the read: writers wait for it.
      await this.#wakeUp.disarm(client);
    }
    const start = performance.now();
    const { snapshot, commits, behind } = await this.#round(client);
    this.#backOff.reset();
    const shouldArm = this.#pace.note(performance.now(), commits);
    if (behind) return 0;
    if (!shouldArm) {
      await this.#wakeUp.disarm(client);
      const rest = this.#pace.isRush ? REST_IN_RUSH : REST;
      return Math.min(Math.max((performance.now() - start) * rest, FAST_READ_MS), BUSY_READ_MS);
    }
    if (!this.#wakeUp.armed) {
      if (!this.#mayArm) return UNWOKEN_READ_MS;
      const wasFull = this.#wakeUp.full;
      await this.#wakeUp.arm(client);
      if (this.#wakeUp.full && !wasFull) this.#events.wakeUpMissed();
      this.#settleMs = SETTLE_FIRST_MS;
      return this.#wakeUp.full ? UNWOKEN_READ_MS : 0;
    }
    if (this.#wakeUp.settled(snapshot)) {
      if (!wasWoken) await this.#wakeUp.check(client);
      return this.#wakeUp.armed ? HEARTBEAT_MS : 0;
    }
    this.#settleMs = Math.min(this.#settleMs * 1.5, SETTLE_LAST_MS);
    return this.#settleMs;
  }

  /** One round of each stream. Their snapshots are younger than that of the messages, which says whether the wake-up is settled. */
  async #round(client: pg.Client): ReturnType<MessageStream['round']> {
    let { snapshot, commits, behind } = await this.#stream.round(client);
    for (const stream of this.#others) {
      const round = await stream.round(client);
      commits += round.commits;
      behind ||= round.behind;
    }
    return { snapshot, commits, behind };
  }

  #streams(): readonly ReadStream[] {
    return [this.#stream, ...this.#others];
  }

  async #wait(ms: number): Promise<void> {
    if (this.#woken || this.#stopped || ms === 0) return;
    this.#sleep = new Sleep(ms);
    await this.#sleep.over;
    this.#sleep = null;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
