import type { SidecarError } from '../../api/sidecar-error.ts';
import type { LeaseStore, WaitingPage } from '../../delivery/queue/lease-store.ts';
import { BackOff } from '../../lib/back-off.ts';
import { TickBatch } from '../../lib/tick-batch.ts';
import type { ConnectionPool } from '../connect/pool.ts';
import { columns } from '../read/message-reader.ts';
import { type MessageRow, toArrivals } from '../read/message-row.ts';
import type { DeadMessage, SidecarTable } from './sidecar-table.ts';

const CLAIM = {
  name: 'web_socketio_claim',
  // SKIP LOCKED: what another sidecar asks for at this moment is that one's. The commit does not wait for the disk: a
  // claim that PostgreSQL forgets in a crash only means that the message waits again.
  text: `
UPDATE web_socketio_message AS m SET lease = $1 FROM (
  SELECT w.id, set_config('synchronous_commit', 'off', true) FROM web_socketio_message w
  WHERE id = ANY($2::bigint[]) AND lease IS NULL AND dead IS NULL ORDER BY w.id FOR UPDATE SKIP LOCKED
) AS free WHERE m.id = free.id RETURNING m.id::text`,
};
const ACKNOWLEDGE = {
  name: 'web_socketio_confirm',
  text: 'DELETE FROM web_socketio_message WHERE lease = $1 AND id = ANY($2::bigint[]) RETURNING id::text',
};
/** So many characters of JSON are read at a time, and the message with which they are more. */
const PAGE_CHARACTERS = 4 * 1024 * 1024;
const WAITING = {
  name: 'web_socketio_waiting',
  // "m.id", since a bare "id" would be the text that the columns call so: 9000 came after 11499, and was never read.
  text: `
SELECT ${columns('0')}, m.page_rows FROM (
  SELECT *, count(*) OVER ()::int AS page_rows,
    sum(length("values"::text)) OVER (ORDER BY w.id) - length("values"::text) AS before
  FROM (
    SELECT * FROM web_socketio_message q
    WHERE channel = $1 AND id > $2 AND lease IS NULL AND dead IS NULL ORDER BY q.id LIMIT $3
  ) w
) m WHERE before < ${PAGE_CHARACTERS} ORDER BY m.id`,
};
const STILL_WAITING = {
  name: 'web_socketio_still_waiting',
  text: `
SELECT id::text FROM web_socketio_message WHERE id = ANY($1::bigint[]) AND lease IS NULL AND dead IS NULL`,
};

/** How something fares that is tried until it works. */
export interface InsistEvents {
  failed(error: unknown): void;
  worked(): void;
}

/** What a table of leases tells. */
export interface LeaseEvents {
  dead(messages: readonly DeadMessage[]): void;
  /** A row that waits is no message. */
  refused(error: SidecarError): void;
  readonly acknowledgements: InsistEvents;
  readonly returns: InsistEvents;
}

/** The leases of one sidecar in one database. Claims, confirmations and returns of a moment share a statement each. */
export class LeaseTable implements LeaseStore {
  readonly #pool: ConnectionPool;
  readonly #sidecar: SidecarTable;
  readonly #events: LeaseEvents;
  readonly #stop = new AbortController();
  readonly #claims = new TickBatch<true>((ids) => this.#claim(ids));
  readonly #uncertain = new Set<string>();
  #pageRows = Number.POSITIVE_INFINITY;
  #settling: Promise<void> | null = null;
  readonly #acknowledgements = new TickBatch<true>((ids) => this.#acknowledge(ids));
  readonly #returns = new TickBatch<true>((ids) => this.#requeue(ids, 0));
  readonly #failures = new TickBatch<true>((ids) => this.#requeue(ids, 1));

  constructor(pool: ConnectionPool, sidecar: SidecarTable, events: LeaseEvents) {
    this.#pool = pool;
    this.#sidecar = sidecar;
    this.#events = events;
  }

  get fresh(): boolean {
    return this.#sidecar.fresh;
  }

  async claim(ids: readonly string[]): Promise<ReadonlySet<string>> {
    // A lease of a sidecar that has no row would be nobody's for ever if it ended now.
    await this.#sidecar.register();
    await this.settle();
    return new Set((await this.#claims.askAll(ids)).keys());
  }

  async acknowledge(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await this.#acknowledgements.askAll(ids)).keys());
  }

  async requeue(ids: readonly string[], failed: boolean): Promise<void> {
    await (failed ? this.#failures : this.#returns).askAll(ids);
  }

  async waiting(channel: string, afterId: string, limit: number): Promise<WaitingPage> {
    await this.#sidecar.register();
    await this.settle();
    const asked = Math.min(limit, this.#pageRows);
    const { rows } = await this.#pool.query<MessageRow & { page_rows: number }>({
      ...WAITING,
      values: [channel, afterId, asked],
    });
    const found = rows[0]?.page_rows ?? 0;
    // Of large messages PostgreSQL looks at no more than are read.
    this.#pageRows = rows.length < found ? rows.length : asked * 2;
    const last = rows.length < found || found === asked ? rows.at(-1) : undefined;
    return { arrivals: toArrivals(rows, (error) => this.#events.refused(error)), next: last?.id ?? null };
  }

  async stillWaiting(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.#pool.query<{ id: string }>({ ...STILL_WAITING, values: [ids] });
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Gives back what may be ours without anybody here having it: the answer to a claim was lost with its connection.
   * Before any other claim, so that it never takes a lease from somebody who got it later.
   */
  async settle(): Promise<void> {
    if (this.#uncertain.size === 0 && this.#settling === null) return;
    this.#settling ??= this.#release().finally(() => {
      this.#settling = null;
    });
    await this.#settling;
  }

  /** Tries nothing any more: leases that could not be given back go with this sidecar's row. */
  stop(): void {
    this.#stop.abort();
  }

  async #claim(ids: string[]): Promise<Map<string, true>> {
    try {
      return await this.#query(CLAIM, ids);
    } catch (error) {
      for (const id of ids) this.#uncertain.add(id);
      throw error;
    }
  }

  async #release(): Promise<void> {
    const ids = [...this.#uncertain];
    await this.#sidecar.release([this.#sidecar.id], 0, ids);
    for (const id of ids) this.#uncertain.delete(id);
  }

  async #query(query: { name: string; text: string }, ids: readonly string[]): Promise<Map<string, true>> {
    const { rows } = await this.#pool.query<{ id: string }>({ ...query, values: [this.#sidecar.id, ids] });
    return new Map(rows.map(({ id }) => [id, true]));
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
    const dead = await this.#insist('returns', () =>
      this.#sidecar.release([this.#sidecar.id], failures, ids),
    );
    if (dead.length > 0) this.#events.dead(dead);
    return new Map();
  }

  /** Tries until it works: what a browser has confirmed must not be shown again because a link was down for a moment. */
  async #insist<T>(part: 'acknowledgements' | 'returns', action: () => Promise<T>): Promise<T> {
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
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resolve();
          };
          const timer = setTimeout(done, backOff.next());
          signal.addEventListener('abort', done);
        });
      }
    }
  }
}
