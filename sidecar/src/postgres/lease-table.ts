import { BackOff } from '../delivery/back-off.ts';
import type { LeaseStore, WaitingPage } from '../delivery/lease-store.ts';
import { TickBatch } from '../delivery/tick-batch.ts';
import { columns } from './message-reader.ts';
import { type MessageRow, toArrivals } from './message-row.ts';
import type { ConnectionPool } from './pool.ts';
import type { DeadMessage, SidecarTable } from './sidecar-table.ts';

const CLAIM = {
  name: 'web_socketio_claim',
  // SKIP LOCKED: what another sidecar asks for at this moment is that one's. The commit does not wait for the disk: a
  // claim that PostgreSQL forgets in a crash only means that the message waits again.
  text: `
UPDATE web_socketio_message AS m SET lease = $1 FROM (
  SELECT id, set_config('synchronous_commit', 'off', true) FROM web_socketio_message
  WHERE id = ANY($2::bigint[]) AND lease IS NULL AND dead IS NULL ORDER BY id FOR UPDATE SKIP LOCKED
) AS free WHERE m.id = free.id RETURNING m.id::text`,
};
const CONFIRM = {
  name: 'web_socketio_confirm',
  text: 'DELETE FROM web_socketio_message WHERE lease = $1 AND id = ANY($2::bigint[]) RETURNING id::text',
};
const WAITING = {
  name: 'web_socketio_waiting',
  text: `
SELECT ${columns('0')} FROM web_socketio_message m
WHERE channel = $1 AND id > $2 AND lease IS NULL AND dead IS NULL ORDER BY id LIMIT $3`,
};

/** What a table of leases tells. */
export interface LeaseEvents {
  dead(messages: readonly DeadMessage[]): void;
}

/** The leases of one sidecar in one database. Claims, confirmations and returns of a moment share a statement each. */
export class LeaseTable implements LeaseStore {
  readonly #pool: ConnectionPool;
  readonly #sidecar: SidecarTable;
  readonly #events: LeaseEvents;
  readonly #stop = new AbortController();
  readonly #claims = new TickBatch<true>((ids) => this.#claim(ids));
  readonly #uncertain = new Set<string>();
  #settling: Promise<void> | null = null;
  readonly #confirmations = new TickBatch<true>((ids) => this.#confirm(ids));
  readonly #returns = new TickBatch<true>((ids) => this.#putBack(ids, 0));
  readonly #failures = new TickBatch<true>((ids) => this.#putBack(ids, 1));

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

  async confirm(ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await this.#confirmations.askAll(ids)).keys());
  }

  async putBack(ids: readonly string[], failed: boolean): Promise<void> {
    await (failed ? this.#failures : this.#returns).askAll(ids);
  }

  async waiting(channel: string, afterId: string, limit: number): Promise<WaitingPage> {
    await this.#sidecar.register();
    await this.settle();
    const { rows } = await this.#pool.query<MessageRow>({ ...WAITING, values: [channel, afterId, limit] });
    const last = rows.length < limit ? undefined : rows.at(-1);
    return { arrivals: toArrivals(rows, () => undefined), next: last?.id ?? null };
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

  async #confirm(ids: string[]): Promise<Map<string, true>> {
    let attempts = 0;
    const confirmed = await this.#insist(() => {
      attempts += 1;
      return this.#query(CONFIRM, ids);
    });
    if (attempts === 1 || !this.fresh) return confirmed;
    // An answer was lost: a row that is gone was deleted by an attempt before, since nobody else may have had it.
    const { rows } = await this.#insist(() =>
      this.#pool.query<{ id: string }>(
        'SELECT id::text FROM web_socketio_message WHERE id = ANY($1::bigint[])',
        [ids],
      ),
    );
    const left = new Set(rows.map(({ id }) => id));
    return new Map(ids.filter((id) => !left.has(id)).map((id) => [id, true]));
  }

  async #putBack(ids: string[], failures: number): Promise<Map<string, true>> {
    const dead = await this.#insist(() => this.#sidecar.release([this.#sidecar.id], failures, ids));
    if (dead.length > 0) this.#events.dead(dead);
    return new Map();
  }

  /** Tries until it works: what a browser has confirmed must not be shown again because a link was down for a moment. */
  async #insist<T>(action: () => Promise<T>): Promise<T> {
    const { signal } = this.#stop;
    const backOff = new BackOff(50, 1_000);
    for (;;) {
      try {
        return await action();
      } catch (error) {
        if (signal.aborted) throw error;
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
