import type pg from 'pg';
import { BackOff } from '../delivery/back-off.ts';
import { BELL_CHANNEL, Bell, BUSY } from './bell.ts';
import { closeClient } from './connection.ts';
import { currentSnapshot, type ReadPage, readMessages } from './message-reader.ts';
import { Pace } from './pace.ts';

/** How often an armed subscription reads without having been rung: its heartbeat. With the query's timeout, a dead link is noticed in 8 s. */
const HEARTBEAT_MS = 3_000;
/** How often an unarmed one reads. */
const FAST_READ_MS = 4;
/** The same where the bell cannot be armed, however slowly messages come. */
const UNRUNG_READ_MS = 50;
/** While a writer that may have missed the bell is still open, reading backs off between these. */
const SETTLE_FIRST_MS = 20;
const SETTLE_LAST_MS = 250;
/** PostgreSQL is to be listened to again within two seconds of its return. */
const RETRY_FIRST_MS = 100;
const RETRY_LAST_MS = 1_000;

/**
 * The read statement always goes by the index: without statistics, in a table that has just been filled, PostgreSQL would
 * look through all of it. And it is planned once: planning took a third of the time. (That setting is new in 12.)
 */
const PLAN = `
SELECT set_config('enable_seqscan', 'off', false), (
  SELECT set_config(name, 'force_generic_plan', false) FROM pg_settings WHERE name = 'plan_cache_mode')`;

/** What a subscription reports. Nothing here may throw. */
export interface SubscriptionEvents {
  /** It begins at that snapshot: nothing before it will be read. */
  begin(snapshot: string): void;
  /** What became visible since the last read, or a part of it; called after each read, also if it brought nothing. */
  read(page: ReadPage): void;
  /** Called on each new connection before it reads; what it throws counts as a failed connection. */
  connected(client: pg.Client): Promise<void>;
  /** The connection failed; the next attempt follows in `retryMs`. */
  failed(error: unknown, retryMs: number): void;
  /** Nobody rings any more, since PostgreSQL's queue of notifications fills up: it reads by itself until there is room. */
  unrung(): void;
}

/** How a subscription reads. */
export interface SubscriptionOptions {
  /** A snapshot to go on from; null, the default, starts with what commits from now on. */
  readonly since?: string | null;
  /** False: the bell is never armed, so that no transaction ever sends NOTIFY. True unless given. */
  readonly bell?: boolean;
}

/**
 * The one LISTEN connection of a database: rung by the bell, it reads; when the connection dies it comes back and goes
 * on from the snapshot where it was, so that nothing is missed and nothing read twice.
 */
export class Subscription {
  readonly #dial: () => Promise<pg.Client>;
  readonly #events: SubscriptionEvents;
  readonly #bell = new Bell();
  readonly #mayArm: boolean;
  readonly #backOff = new BackOff(RETRY_FIRST_MS, RETRY_LAST_MS);
  #pace = new Pace();
  #snapshot: string | null;
  /** The part that was read last of a read that is not at its end: a new connection goes on from there. */
  #page: ReadPage | null = null;
  #begun = false;
  #askers: (() => void)[] = [];
  #client: pg.Client | null = null;
  #lose: ((error: unknown) => void) | null = null;
  #stopped = false;
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  #rung = false;
  #busy = false;
  #settleMs = SETTLE_FIRST_MS;

  /** @param dial opens a connection */
  constructor(
    dial: () => Promise<pg.Client>,
    events: SubscriptionEvents,
    { since = null, bell = true }: SubscriptionOptions = {},
  ) {
    this.#dial = dial;
    this.#events = events;
    this.#snapshot = since;
    this.#mayArm = bell;
  }

  get armed(): boolean {
    return this.#bell.armed;
  }

  /** Starts, and never gives up until `stop`. Calling it again changes nothing. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the connection. Resolves when it is closed; may be called twice, and before `start`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#ring();
    await this.#running;
    this.#answer(this.#askers.splice(0));
  }

  /** Resolves when everything that is committed now has been read. Many who ask at once share one read. */
  readNow(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      this.#askers.push(resolve);
      this.#ring();
    });
  }

  /** Forgets where it was: the next connection begins with what commits from then on. */
  restart(): void {
    this.#snapshot = null;
    this.#page = null;
    this.#begun = false;
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
        const retryMs = this.#backOff.next();
        this.#events.failed(error, retryMs);
        this.#rung = false;
        await this.#wait(retryMs);
      }
    }
  }

  async #serve(): Promise<void> {
    const client = await this.#dial();
    this.#client = client;
    let lost: unknown = null;
    const lose = (error: unknown) => {
      lost ??= error;
      if (this.#client === client) this.#ring();
    };
    this.#lose = lose;
    client.on('error', lose);
    client.on('end', () => lose(new Error('Connection terminated')));
    client.on('notification', ({ payload }) => {
      this.#busy ||= payload === BUSY;
      this.#ring();
    });
    try {
      await client.query(PLAN);
      await client.query(`LISTEN ${BELL_CHANNEL}`);
      await this.#events.connected(client);
      this.#snapshot ??= await currentSnapshot(client);
      if (!this.#begun) this.#events.begin(this.#snapshot);
      this.#begun = true;
      this.#pace = new Pace();
      while (!this.#stopped) {
        if (lost !== null) throw lost;
        await this.#wait(await this.#read(client));
      }
    } finally {
      this.#bell.reset();
      this.#client = null;
      this.#lose = null;
      await closeClient(client);
    }
  }

  /** Reads once. @returns how long to wait for the bell before the next read, in milliseconds */
  async #read(client: pg.Client): Promise<number> {
    const wasRung = this.#rung;
    this.#rung = false;
    if (this.#busy) {
      this.#busy = false;
      this.#pace.busy(performance.now());
      // Before the read: writers wait for it.
      await this.#bell.disarm(client);
    }
    const askers = this.#askers.splice(0);
    const since = this.#snapshot ?? '1:1:';
    let commits = 0;
    let page: ReadPage;
    try {
      do {
        page = await readMessages(client, since, this.#page ?? undefined);
        this.#page = page.last ? null : page;
        if (page.last) this.#snapshot = page.snapshot;
        this.#events.read(page);
        commits += new Set(page.rows.map((row) => row.txid)).size;
      } while (!page.last && !this.#stopped);
    } catch (error) {
      this.#askers.unshift(...askers);
      throw error;
    }
    this.#answer(askers);
    this.#backOff.reset();
    const shouldArm = this.#pace.note(performance.now(), commits);
    if (!shouldArm) {
      await this.#bell.disarm(client);
      return FAST_READ_MS;
    }
    if (!this.#bell.armed) {
      if (!this.#mayArm) return UNRUNG_READ_MS;
      const wasFull = this.#bell.full;
      await this.#bell.arm(client);
      if (this.#bell.full && !wasFull) this.#events.unrung();
      this.#settleMs = SETTLE_FIRST_MS;
      return this.#bell.full ? UNRUNG_READ_MS : 0;
    }
    if (this.#bell.settled(page.snapshot)) {
      if (!wasRung) await this.#bell.check(client);
      return this.#bell.armed ? HEARTBEAT_MS : 0;
    }
    this.#settleMs = Math.min(this.#settleMs * 1.5, SETTLE_LAST_MS);
    return this.#settleMs;
  }

  #answer(askers: readonly (() => void)[]): void {
    for (const answer of askers) answer();
  }

  #ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  #wait(ms: number): Promise<void> {
    if (this.#rung || this.#stopped || ms === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}
