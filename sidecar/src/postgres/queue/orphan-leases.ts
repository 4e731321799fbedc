import { BackOff } from '../../lib/back-off.ts';
import { sleep } from '../../lib/sleep.ts';
import type { Queryable } from '../connect/pool.ts';

/** Rows in one statement: some 20 ms, whatever the size of the table. */
const PART = 20_000;

const RELEASE = `
WITH part AS (
  SELECT id, lease FROM web_socketio_message WHERE id > $1 ORDER BY id LIMIT ${PART}
), freed AS (
  UPDATE web_socketio_message AS m SET lease = NULL, txid = txid_current() FROM part
  WHERE m.id = part.id AND part.lease IS NOT NULL AND m.lease = part.lease
    AND NOT EXISTS (SELECT FROM web_socketio_sidecar AS s WHERE s.id = m.lease)
  RETURNING m.id
)
SELECT (SELECT max(id)::text FROM part) AS last, (SELECT count(*)::int FROM freed) AS freed`;

/** What the search for orphans tells. */
export interface OrphanEvents {
  /** It is at its end, and found so many. */
  released(count: number): void;
  /** It goes on in a moment. */
  failed(error: unknown): void;
  worked(): void;
}

/**
 * What is leased to sidecars that the database does not know: after a restore, or when an older data folder took the place
 * of the present one. It is requeued in parts, beside everything else; until then, such messages wait.
 */
export class OrphanLeases {
  readonly #pool: Queryable;
  readonly #events: OrphanEvents;
  readonly #stop = new AbortController();
  #releasing: Promise<void> = Promise.resolve();

  constructor(pool: Queryable, events: OrphanEvents) {
    this.#pool = pool;
    this.#events = events;
  }

  /** Looks through the table once more. */
  release(): void {
    this.#releasing = this.#releasing.then(() => this.#release());
  }

  /** Ends the search. May be called twice. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#releasing;
  }

  async #release(): Promise<void> {
    const { signal } = this.#stop;
    const backOff = new BackOff();
    let count = 0;
    for (let last: string | null = '0'; last !== null && !signal.aborted; ) {
      try {
        const { rows }: { rows: { last: string | null; freed: number }[] } = await this.#pool.query(RELEASE, [
          last,
        ]);
        count += rows[0]?.freed ?? 0;
        last = rows[0]?.last ?? null;
        this.#events.worked();
      } catch (error) {
        this.#events.failed(error);
        await sleep(backOff.next(), signal);
      }
    }
    this.#events.released(count);
  }
}
