import type { SidecarError } from '../../api/sidecar-error.ts';
import type { LeaseStore, WaitingPage } from '../../delivery/queue/lease-store.ts';
import { BackOff } from '../../lib/back-off.ts';
import { sleep } from '../../lib/sleep.ts';
import { TickBatch } from '../../lib/tick-batch.ts';
import type { LeaseCounts } from '../../observability/counts/lease-counts.ts';
import { type ConnectionPool, run } from '../connect/pool.ts';
import { Statement, textOf } from '../connect/statement.ts';
import { Heartbeat } from './heartbeat.ts';
import { type DeadMessage, releaseLeases } from './lease-release.ts';
import { WaitingMessages } from './waiting-messages.ts';

const CLAIM = new Statement(
  'web_socketio_claim',
  // SKIP LOCKED: what another sidecar asks for at this moment is that one's. The commit does not wait for the disk: a
  // claim that PostgreSQL forgets in a crash only means that the message waits again.
  `
UPDATE web_socketio_message AS m SET lease = $1 FROM (
  SELECT w.id, set_config('synchronous_commit', 'off', true) FROM web_socketio_message w
  WHERE id = ANY($2::bigint[]) AND lease IS NULL AND dead IS NULL ORDER BY w.id FOR UPDATE SKIP LOCKED
) AS free WHERE m.id = free.id RETURNING m.id::text`,
);
const ACKNOWLEDGE = new Statement(
  'web_socketio_acknowledge',
  'DELETE FROM web_socketio_message WHERE lease = $1 AND id = ANY($2::bigint[]) RETURNING id::text',
);

/** How something fares that is tried until it works. */
export interface InsistEvents {
  failed(error: unknown): void;
  worked(): void;
}

/** What a table of leases tells. */
export interface LeaseEvents {
  /** Messages became dead letters. */
  dead(messages: readonly DeadMessage[]): void;
  /** So many sidecars were not heard of for four seconds. What they held waits again. */
  sidecarsGone(count: number): void;
  /** What is counted of them. */
  readonly counts: LeaseCounts;
  /** A row that waits is not a message. */
  refused(error: SidecarError): void;
  readonly heartbeat: InsistEvents;
  readonly acknowledgements: InsistEvents;
  readonly requeues: InsistEvents;
}

/**
 * The leases of this sidecar in one database, which hold while its heartbeat is heard. Claims, acknowledgements and
 * requeued messages of a moment share a statement each.
 */
export class LeaseTable implements LeaseStore {
  /** This sidecar, as the others know it. */
  readonly heartbeat: Heartbeat;
  readonly #pool: ConnectionPool;
  readonly #maxAttempts: number;
  readonly #events: LeaseEvents;
  readonly #waiting: WaitingMessages;
  readonly #stop = new AbortController();
  readonly #claims = new TickBatch<true>((ids) => this.#claim(ids));
  /** Perhaps ours: the answer to a claim was lost with its connection. */
  readonly #uncertain = new Set<string>();
  #settling: Promise<void> | null = null;
  readonly #acknowledgements = new TickBatch<true>((ids) => this.#acknowledge(ids));
  readonly #returns = new TickBatch<true>((ids) => this.#requeue(ids, 0));
  readonly #failures = new TickBatch<true>((ids) => this.#requeue(ids, 1));

  /** @param maxAttempts after so many failed attempts a message becomes a dead letter */
  constructor(pool: ConnectionPool, maxAttempts: number, events: LeaseEvents) {
    this.#pool = pool;
    this.#maxAttempts = maxAttempts;
    this.#events = events;
    this.#waiting = new WaitingMessages(pool, (error) => events.refused(error));
    this.heartbeat = new Heartbeat(pool, maxAttempts, {
      gone: (ids, dead) => {
        events.sidecarsGone(ids.length);
        events.dead(dead);
      },
      beat: () => this.settle(),
      worked: () => events.heartbeat.worked(),
      failed: (error) => events.heartbeat.failed(error),
    });
  }

  get fresh(): boolean {
    return this.heartbeat.fresh;
  }

  async claim(ids: readonly string[]): Promise<ReadonlySet<string>> {
    // A lease of a sidecar that has no row would be nobody's for ever if it ended now.
    await this.heartbeat.register();
    await this.settle();
    const granted = new Set((await this.#claims.askAll(ids)).keys());
    this.#events.counts.claimed(granted.size);
    return granted;
  }

  async acknowledge(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const acknowledged = new Set((await this.#acknowledgements.askAll(ids)).keys());
    this.#events.counts.acknowledged(acknowledged.size, ids.length);
    return acknowledged;
  }

  async requeue(ids: readonly string[], failed: boolean): Promise<void> {
    await (failed ? this.#failures : this.#returns).askAll(ids);
    this.#events.counts.requeued(ids.length, failed);
  }

  async waiting(channel: string, afterId: string, limit: number): Promise<WaitingPage> {
    await this.heartbeat.register();
    await this.settle();
    return await this.#waiting.page(channel, afterId, limit);
  }

  stillWaiting(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#waiting.among(ids);
  }

  /**
   * Requeues what may be ours without anybody here having it: the answer to a claim was lost with its connection. Before
   * any other claim, so that it never takes a lease from somebody who got it later.
   */
  async settle(): Promise<void> {
    if (this.#uncertain.size === 0 && this.#settling === null) return;
    this.#settling ??= this.#releaseUncertain().finally(() => {
      this.#settling = null;
    });
    await this.#settling;
  }

  /** Requeues what is left, with this sidecar's row, and tries nothing any more. May be called twice. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.heartbeat.stop();
  }

  async #claim(ids: string[]): Promise<Map<string, true>> {
    try {
      return await this.#query(CLAIM, ids);
    } catch (error) {
      for (const id of ids) this.#uncertain.add(id);
      throw error;
    }
  }

  async #releaseUncertain(): Promise<void> {
    const ids = [...this.#uncertain];
    await this.#release(ids, 0);
    for (const id of ids) this.#uncertain.delete(id);
  }

  async #query(statement: Statement, ids: readonly string[]): Promise<Map<string, true>> {
    const rows = await run(this.#pool, statement, [this.heartbeat.id, `{${ids.join()}}`]);
    return new Map(rows.map(([id]) => [textOf(id), true]));
  }

  async #acknowledge(ids: string[]): Promise<Map<string, true>> {
    let attempts = 0;
    const acknowledged = await this.#insist('acknowledgements', () => {
      attempts += 1;
      return this.#query(ACKNOWLEDGE, ids);
    });
    if (attempts === 1 || !this.fresh) return acknowledged;
    // An answer was lost: a row that is gone was deleted by an attempt before, since nobody else may have had it.
    const { rows } = await this.#insist('acknowledgements', () =>
      this.#pool.query<{ id: string }>(
        'SELECT id::text FROM web_socketio_message WHERE id = ANY($1::bigint[])',
        [ids],
      ),
    );
    const left = new Set(rows.map(({ id }) => id));
    return new Map(ids.filter((id) => !left.has(id)).map((id) => [id, true]));
  }

  async #requeue(ids: string[], failures: number): Promise<Map<string, true>> {
    const dead = await this.#insist('requeues', () => this.#release(ids, failures));
    if (dead.length > 0) this.#events.dead(dead);
    return new Map();
  }

  #release(ids: readonly string[], failures: number): Promise<DeadMessage[]> {
    return releaseLeases(this.#pool, {
      sidecars: [this.heartbeat.id],
      ...{ failures, maxAttempts: this.#maxAttempts, ids },
    });
  }

  /** Tries until it works: what a browser has acknowledged must not be shown again because a link was down for a moment. */
  async #insist<T>(part: 'acknowledgements' | 'requeues', action: () => Promise<T>): Promise<T> {
    const { signal } = this.#stop;
    const backOff = new BackOff(50, 1_000);
    for (;;) {
      try {
        const result = await action();
        this.#events[part].worked();
        return result;
      } catch (error) {
        if (signal.aborted) throw error;
        this.#events[part].failed(error);
        await sleep(backOff.next(), signal);
      }
    }
  }
}
