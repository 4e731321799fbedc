import type pg from 'pg';
import { Snapshot } from '../../delivery/each/log/snapshot.ts';

/** The channel of NOTIFY, fixed in the trigger of the addon's SQL. */
export const WAKE_UP_CHANNEL = 'web_socketio';

/** The payload of a writer that had to wait for another one: an armed wake-up would go on holding them up. */
export const BUSY = 'busy';

/**
 * How full PostgreSQL's queue of notifications may be. A full one makes each transaction fail that sends one; the
 * trigger sends nothing from half on. What fills it is another program that listens and does not read: it keeps everybody's.
 */
const FULL = 0.25;

/**
 * The wake-up of one connection: while it is armed, writers send a NOTIFY.
 *
 * Arming is a shared advisory lock that writers look at. A writer may have looked before the lock was there and commit
 * later without a NOTIFY: until every transaction that was open at the arming has ended, `settled` says no and the
 * reader has to go on reading by itself.
 */
export class WakeUp {
  #armed = false;
  #full = false;
  #openUntil: bigint | null = null;

  /** True if it is not armed for want of room in PostgreSQL's queue of notifications. */
  get full(): boolean {
    return this.#full;
  }

  get armed(): boolean {
    return this.#armed;
  }

  /**
   * Arms it, if there is room for notifications and no writer holds the lock this very moment: else it stays as it
   * is, to be tried again. "Try", since a connection that waits for a lock gets no notification.
   */
  async arm(client: pg.ClientBase): Promise<void> {
    if (this.#armed) return;
    const { rows } = await client.query<{ full: boolean; armed: boolean }>(
      `SELECT usage >= ${FULL} AS full, CASE WHEN usage < ${FULL} THEN pg_try_advisory_lock_shared(8068, 1) ELSE false END AS armed
       FROM pg_notification_queue_usage() AS usage`,
    );
    this.#full = rows[0]?.full === true;
    if (rows[0]?.armed !== true) return;
    this.#armed = true;
    const current = await client.query<{ txid: string }>('SELECT txid_current()::text AS txid');
    this.#openUntil = BigInt(current.rows[0]?.txid ?? 0);
  }

  /** Disarms it if the queue of notifications fills up: to be called now and then. */
  async check(client: pg.ClientBase): Promise<void> {
    if (!this.#armed) return;
    const { rows } = await client.query<{ full: boolean }>(
      `SELECT pg_notification_queue_usage() >= ${FULL} AS full`,
    );
    this.#full = rows[0]?.full === true;
    if (this.#full) await this.disarm(client);
  }

  async disarm(client: pg.ClientBase): Promise<void> {
    if (!this.#armed) return;
    this.#armed = false;
    this.#openUntil = null;
    await client.query('SELECT pg_advisory_unlock_shared(8068, 1)');
  }

  /**
   * Is every writer that may have found it unarmed done?
   * @param snapshot of a read after the arming. Its xmin counts: xmax can be past a writer that is still open
   */
  settled(snapshot: string): boolean {
    if (!this.#armed) return false;
    const xmin = Snapshot.parse(snapshot)?.xmin ?? 0n;
    if (this.#openUntil !== null && xmin >= this.#openUntil) this.#openUntil = null;
    return this.#openUntil === null;
  }

  /** The connection is gone, and the lock with it. */
  reset(): void {
    this.#armed = false;
    this.#openUntil = null;
  }
}
