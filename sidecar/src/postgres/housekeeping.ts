import type { ConnectionPool } from './connect/pool.ts';
import { byIndex } from './read/unseen.ts';

/** How long messages are kept that nobody acknowledged. */
export interface Retention {
  /** For pages that come back. Hours. */
  readonly eachHours: number;
  /** For users who log in some day. Hours. */
  readonly queueHours: number;
}

/** What was deleted for its age. */
export interface Purged {
  readonly each: number;
  readonly queue: number;
  /** Tokens that expired a day ago. */
  readonly sessions: number;
}

/** What was deleted at a time. */
interface Batch {
  readonly count: number;
  /** The greatest id of it. */
  readonly last: string | null;
}

/** Control messages say something for the moment only. */
const CONTROL_HOURS = 1;
const SESSION_HOURS = 24;
/** Rows in one statement: it blocks nobody, and leaves little to vacuum at a time. */
const BATCH = 500;
const ROUND_MS = 60_000;
/** After a failure: as long as one round would be, it would be named as failing when it no longer does. */
const AGAIN_MS = 5_000;

/**
 * Ids grow with time, so the oldest of a channel stand first: no index on the date is needed, and a channel with nothing
 * to delete costs a look at its first rows. Each batch begins behind the one before: while somebody has an old snapshot,
 * as a backup does, what was deleted stays in the index, and a million rows would be passed over two thousand times.
 * So ids are looked up as arrays: a join is merged once the table is analysed, and begins at the first entry of the index
 * each time (82,546 entries read to delete 5,000 rows, 15,001 this way).
 */
const PURGE = `
WITH oldest AS (
  SELECT id, date FROM web_socketio_message WHERE channel = $1 AND id > $3 ORDER BY id LIMIT ${BATCH}
), held AS (
  SELECT id FROM web_socketio_message
  WHERE lease IS NULL AND id = ANY (ARRAY(
    SELECT id FROM oldest WHERE date < (now() AT TIME ZONE 'UTC') - $2 * interval '1 hour'
  )) FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM web_socketio_message WHERE id = ANY (ARRAY(SELECT id FROM held)) RETURNING id, txid
)
SELECT count(*)::int AS count, max(id)::text AS last, max(txid)::text AS youngest FROM gone`;
/** In one transaction with the deletion: a replay reads both in one snapshot. */
const NOTE = 'UPDATE web_socketio_state SET purged_txid = GREATEST(purged_txid, $1::bigint)';
const CHANNELS = `
WITH RECURSIVE channel(name) AS (
  SELECT min(channel) FROM web_socketio_message
  UNION ALL
  SELECT (SELECT min(channel) FROM web_socketio_message WHERE channel > name) FROM channel WHERE name IS NOT NULL
)
SELECT name FROM channel WHERE name IS NOT NULL`;
/** Without a lock: the sidecar's role may delete such a row, but not change one. */
const SESSIONS = `
DELETE FROM web_socketio_session WHERE token_sha256 IN (
  SELECT token_sha256 FROM web_socketio_session
  WHERE expires < now() - interval '${SESSION_HOURS} hours' ORDER BY expires LIMIT ${BATCH}
)`;

/** What housekeeping is done with. */
export interface HousekeepingOptions {
  readonly pool: ConnectionPool;
  readonly retention: Retention;
  readonly controlChannel: string;
  isEach(channel: string): boolean;
  purged(purged: Purged): void;
  failed(error: unknown): void;
  /** Everything was deleted that should be. */
  worked(): void;
}

/** Deletes, once a minute and in small batches, what has grown old in one database. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  /** Calling it again changes nothing. */
  start(): void {
    if (this.#timer === null) this.#plan(ROUND_MS);
  }

  /** Deletes nothing more until `start`. */
  pause(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Resolves when nothing is being deleted any more. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.pause();
    await this.#running;
  }

  /** Deletes everything that is too old now. */
  async run(): Promise<Purged> {
    const { pool, retention, controlChannel, isEach } = this.#options;
    const purged = { each: 0, queue: 0, sessions: 0 };
    const { rows } = await pool.query<{ name: string }>(CHANNELS);
    for (const { name } of rows) {
      if (name === controlChannel) await this.#purge(name, CONTROL_HOURS, false);
      else if (isEach(name)) purged.each += await this.#purge(name, retention.eachHours, true);
      else purged.queue += await this.#purge(name, retention.queueHours, false);
    }
    for (let count = BATCH; count === BATCH && !this.#stopped; ) {
      count = (await pool.query(SESSIONS)).rowCount ?? 0;
      purged.sessions += count;
    }
    this.#options.purged(purged);
    return purged;
  }

  #plan(ms: number): void {
    if (this.#stopped) return;
    this.pause();
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#round());
    }, ms);
  }

  async #round(): Promise<void> {
    const timer = this.#timer;
    let nextMs = ROUND_MS;
    try {
      await this.run();
      this.#options.worked();
    } catch (error) {
      this.#options.failed(error);
      nextMs = AGAIN_MS;
    }
    // Unless it was paused meanwhile.
    if (timer !== null && this.#timer === timer) this.#plan(nextMs);
  }

  async #purge(channel: string, hours: number, isReplayed: boolean): Promise<number> {
    let total = 0;
    for (let after: string | null = '0'; after !== null && !this.#stopped; ) {
      const batch: Batch = await this.#purgeBatch(channel, hours, isReplayed, after);
      total += batch.count;
      after = batch.count === BATCH ? batch.last : null;
    }
    return total;
  }

  async #purgeBatch(channel: string, hours: number, isReplayed: boolean, after: string): Promise<Batch> {
    const client = await this.#options.pool.connect();
    let broken = true;
    try {
      await client.query('BEGIN');
      await client.query(byIndex(true));
      const { rows } = await client.query<Batch & { youngest: string | null }>(PURGE, [
        channel,
        hours,
        after,
      ]);
      const { count = 0, last = null, youngest = null } = rows[0] ?? {};
      if (isReplayed && youngest !== null) await client.query(NOTE, [youngest]);
      await client.query('COMMIT');
      broken = false;
      return { count, last };
    } finally {
      client.release(broken);
    }
  }
}
