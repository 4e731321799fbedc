import { randomUUID } from 'node:crypto';
import type { ConnectionPool } from '../connect/pool.ts';
import { type DeadMessage, releaseLeases } from './lease-release.ts';

const BEAT_MS = 1_000;
/** Not heard of for so long, a sidecar shows nothing any more of what it holds, by its own clock … */
const FRESH_MS = 3_000;
/** … and a second later the others take it, by PostgreSQL's clock. */
const STALE = `interval '4 seconds'`;

const BEAT = {
  name: 'web_socketio_beat',
  text: `
INSERT INTO web_socketio_sidecar (id, seen) VALUES ($1, clock_timestamp())
ON CONFLICT (id) DO UPDATE SET seen = clock_timestamp()`,
};
const FIND_STALE = {
  name: 'web_socketio_stale',
  text: `SELECT id::text FROM web_socketio_sidecar WHERE seen < clock_timestamp() - ${STALE}`,
};
/** What a heartbeat tells. */
export interface HeartbeatEvents {
  /** Sidecars were not heard of for four seconds. What they held waits again. */
  gone(ids: readonly string[], dead: readonly DeadMessage[]): void;
  /** This sidecar was heard of. */
  beat(): Promise<void>;
  /** That, and all that goes with it, worked. */
  worked(): void;
  /** It did not: PostgreSQL could not be told. */
  failed(error: unknown): void;
}

/**
 * Makes this sidecar known to the others of one database, and looks which of them are gone. A lease holds while its
 * sidecar is heard of, not for a fixed time, so that a slow handler makes no duplicate. A database in which nobody listens
 * to a queue hears no heartbeat.
 */
export class Heartbeat {
  #id = randomUUID();
  readonly #pool: ConnectionPool;
  readonly #maxAttempts: number;
  readonly #events: HeartbeatEvents;
  #heardAt = Number.NEGATIVE_INFINITY;
  #registering: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #beating: Promise<void> = Promise.resolve();
  #stopped = false;

  /** @param maxAttempts after so many failed attempts a message becomes a dead letter */
  constructor(pool: ConnectionPool, maxAttempts: number, events: HeartbeatEvents) {
    this.#pool = pool;
    this.#maxAttempts = maxAttempts;
    this.#events = events;
  }

  /** Whose leases are this sidecar's. */
  get id(): string {
    return this.#id;
  }

  /** Becomes another one, which holds nothing: in the database there are leases of another time under the old name. */
  renew(): void {
    this.#id = randomUUID();
    this.#heardAt = Number.NEGATIVE_INFINITY;
  }

  /** False if others may have taken what this sidecar holds. */
  get fresh(): boolean {
    return performance.now() - this.#heardAt < FRESH_MS;
  }

  /** Makes this sidecar known, and keeps it known until `stop`. Rejects if the database cannot be asked. */
  register(): Promise<void> {
    if (this.fresh) return Promise.resolve();
    this.#registering ??= this.#beat()
      .then(() => {
        if (!this.#stopped) this.#timer ??= setInterval(() => this.#tick(), BEAT_MS);
      })
      .finally(() => {
        this.#registering = null;
      });
    return this.#registering;
  }

  /** Requeues what is left, and is known no more. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    await this.#beating;
    // If PostgreSQL cannot be told, the others notice in four seconds that this sidecar is gone.
    await this.#forget([this.id], 0).catch(() => undefined);
  }

  #tick(): void {
    this.#beating = this.#beating
      .then(() => this.#beat())
      .catch((error: unknown) => this.#events.failed(error));
  }

  async #beat(): Promise<void> {
    // Before the question: what counts is when the others last heard of us, at the earliest.
    const at = performance.now();
    await this.#pool.query({ ...BEAT, values: [this.id] });
    this.#heardAt = at;
    await this.#events.beat();
    const { rows } = await this.#pool.query<{ id: string }>(FIND_STALE);
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) this.#events.gone(ids, await this.#forget(ids, 1));
    this.#events.worked();
  }

  /** In one transaction, so that no lease is ever one of a sidecar without a row. */
  async #forget(ids: readonly string[], failures: number): Promise<DeadMessage[]> {
    const client = await this.#pool.connect();
    let broken = true;
    try {
      await client.query('BEGIN');
      // Whoever deletes the row first releases its leases; the others find nothing.
      const { rows } = await client.query<{ id: string }>(
        `DELETE FROM web_socketio_sidecar WHERE id = ANY($1::uuid[])
         AND (id = $2 OR seen < clock_timestamp() - ${STALE}) RETURNING id::text`,
        [ids, this.id],
      );
      const dead =
        rows.length === 0
          ? []
          : await releaseLeases(client, {
              sidecars: rows.map(({ id }) => id),
              ...{ failures, maxAttempts: this.#maxAttempts, ids: null },
            });
      await client.query('COMMIT');
      broken = false;
      return dead;
    } finally {
      client.release(broken);
    }
  }
}
