import { withinTime } from '../../lib/time-limit.ts';
import type { Turns } from '../../lib/turns.ts';
import { MOST_COUNTED, type QueueDepth } from '../../observability/queue-depth.ts';
import type { ConnectionPool } from '../connect/pool.ts';

/**
 * By the index on channel and id, and each channel from its oldest message on: that it is the same channel at both ends is said by
 * two conditions on both columns, since with `channel = …` PostgreSQL took the primary key and passed over the whole table for a
 * channel without a message. With 100,000 messages that wait: 6 ms for each queue with more than are counted, and 0.02 ms for an
 * empty one (2026-11-29).
 */
const DEPTHS = `
SELECT c.channel, q.* FROM unnest($1::text[]) AS c(channel) CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE lease IS NULL AND dead IS NULL)::int AS waiting,
    count(*) FILTER (WHERE lease IS NOT NULL)::int AS leased, count(*) FILTER (WHERE dead IS NOT NULL)::int AS dead,
    extract(epoch FROM clock_timestamp() AT TIME ZONE 'UTC' -
      min(date) FILTER (WHERE lease IS NULL AND dead IS NULL))::float8 AS "oldestSeconds"
  FROM (
    SELECT lease, dead, date FROM web_socketio_message AS m
    WHERE (m.channel, m.id) > (c.channel, 0) AND (m.channel, m.id) < (c.channel, 9223372036854775807)
    ORDER BY m.channel, m.id LIMIT ${MOST_COUNTED}
  ) AS oldest
) AS q`;
/** By that index, whatever the statistics say: sorting would read all. And no longer than that. */
const SETTINGS = `
SELECT set_config(name, CASE name WHEN 'statement_timeout' THEN '900' ELSE 'off' END, true) FROM pg_settings
WHERE name IN ('statement_timeout', 'enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'jit')`;
/** Whoever asks waits for it no longer. */
const MOST_MS = 1_000;
/** Whoever asks again within that gets the same … */
const FRESH_MS = 5_000;
/** … and within so many times of what it took. */
const REST = 20;

/** What queues hold, by one statement for all of one database, which those who ask at about the same time share. */
export class QueueDepths {
  readonly #pool: ConnectionPool;
  readonly #turns: Turns;
  readonly #failed: () => void;
  readonly #now: () => number;
  #reading: Promise<readonly QueueDepth[] | null> | null = null;
  #freshUntil = Number.NEGATIVE_INFINITY;

  /**
   * @param turns of all databases of this sidecar
   * @param failed called when it could not be found out
   * @param now the monotonic clock, in milliseconds
   */
  constructor(pool: ConnectionPool, turns: Turns, failed: () => void, now = () => performance.now()) {
    this.#pool = pool;
    this.#turns = turns;
    this.#failed = failed;
    this.#now = now;
  }

  /**
   * Looks at them, if that was not just done.
   * @param channels the names of the queues
   * @returns null if it cannot be found out in time
   */
  read(channels: readonly string[]): Promise<readonly QueueDepth[] | null> {
    if (channels.length === 0) return Promise.resolve([]);
    if (this.#reading === null || this.#now() > this.#freshUntil) this.#reading = this.#begin(channels);
    return this.#reading;
  }

  #begin(channels: readonly string[]): Promise<readonly QueueDepth[] | null> {
    const start = this.#now();
    // While it is under way nobody begins another one.
    this.#freshUntil = Number.POSITIVE_INFINITY;
    const found: Promise<readonly QueueDepth[] | null> = this.#turns
      .take(() => this.#ask(channels))
      .catch(() => {
        this.#failed();
        return null;
      });
    void found.then(() => {
      const now = this.#now();
      this.#freshUntil = now + Math.max(FRESH_MS, (now - start) * REST);
    });
    return withinTime(found, MOST_MS, () => null);
  }

  async #ask(channels: readonly string[]): Promise<readonly QueueDepth[]> {
    const client = await this.#pool.connect();
    let isToClose = true;
    try {
      await client.query('BEGIN READ ONLY');
      await client.query(SETTINGS);
      const { rows } = await client.query<QueueDepth & Record<string, unknown>>(DEPTHS, [channels]);
      await client.query('COMMIT');
      isToClose = client.isNew === true;
      return rows;
    } finally {
      client.release(isToClose);
    }
  }
}
