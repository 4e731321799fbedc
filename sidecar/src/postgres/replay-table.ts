import type pg from 'pg';
import { COLUMNS, unseenBy } from './message-reader.ts';
import { hasMessage, type MessageRow } from './message-row.ts';

/** What is in the table of one channel that a snapshot does not see. */
export interface Missed {
  /** False if some of it was deleted for its age. */
  readonly whole: boolean;
  readonly rows: readonly MessageRow[];
}

/** More messages than this are no replay: the page loads its data faster. */
export const MOST_MISSED = 10_000;

const MISSED = {
  name: 'web_socketio_missed',
  text: `
WITH s AS (SELECT purged_txid < txid_snapshot_xmin($2::txid_snapshot) AS whole FROM web_socketio_state)
SELECT s.whole, ${COLUMNS}
FROM s LEFT JOIN (${unseenBy('$2', 'channel = $1')}) m ON true
ORDER BY m.txid, m.id LIMIT ${MOST_MISSED + 1}`,
};

/** Reads what pages missed. After an outage many of them missed the same: they share one query. */
export class ReplayTable {
  readonly #pool: pg.Pool;
  readonly #asked = new Map<string, Promise<Missed>>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /**
   * @param snapshot a well-formed one
   * @returns rows by transaction, then id; at most {@link MOST_MISSED} + 1
   */
  read(channel: string, snapshot: string): Promise<Missed> {
    const key = `${snapshot} ${channel}`;
    let asked = this.#asked.get(key);
    if (asked === undefined) {
      asked = this.#query(channel, snapshot).finally(() => this.#asked.delete(key));
      this.#asked.set(key, asked);
    }
    return asked;
  }

  async #query(channel: string, snapshot: string): Promise<Missed> {
    const { rows } = await this.#pool.query<Partial<MessageRow> & { whole: boolean }>({
      ...MISSED,
      values: [channel, snapshot],
    });
    return { whole: rows[0]?.whole === true, rows: rows.filter(hasMessage) };
  }
}
