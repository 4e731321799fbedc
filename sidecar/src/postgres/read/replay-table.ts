import { MOST_MISSED } from '../../delivery/each/replayer.ts';
import type { ChannelInterval, Place } from '../../delivery/interval.ts';
import type { ConnectionPool, Queryable } from '../connect/pool.ts';
import { columns } from './message-reader.ts';
import { hasMessage, type MessageRow } from './message-row.ts';
import { compareAge, intersect, rowsWithin, unite } from './replay-union.ts';
import { byIndex, endOf, unseen } from './unseen.ts';

/** What of one channel one snapshot sees and another does not, by transaction, then id; or why that cannot be given. */
export type Missed =
  | { readonly rows: readonly MessageRow[] }
  /** Some of it was deleted for its age, or it is more than a replay. */
  | { readonly gap: 'retention' | 'overflow' };

/** More characters than this are no replay, nor more than {@link MOST_MISSED} messages: the page loads its data faster. */
const MOST_CHARACTERS = 32 * 1024 * 1024;

const MISSED = {
  name: 'web_socketio_missed',
  text: `
WITH s AS (SELECT purged_txid < txid_snapshot_xmin($2::txid_snapshot) + $6::bigint AS whole FROM web_socketio_state)
SELECT s.whole, m.stored, ${columns('$6::bigint')}
FROM s LEFT JOIN (${unseen({
    channel: '$1',
    since: '$2::txid_snapshot',
    upto: '$3::txid_snapshot',
    after: { txid: '$4::bigint', id: '$5::bigint' },
    base: '$6::bigint',
  })}) AS m ON true`,
};

interface MissedRow extends Partial<MessageRow> {
  readonly whole: boolean;
  readonly stored?: number;
}

interface Asker {
  readonly interval: ChannelInterval;
  readonly most: number;
  resolve(missed: Missed | Promise<Missed>): void;
}

/**
 * Reads what pages missed. After an outage thousands of them ask in a moment: those who ask for the same channel in one turn
 * of the event loop, or while a query is under way, share the next one, which reads what one of them missed at least.
 */
export class ReplayTable {
  readonly #pool: ConnectionPool;
  readonly #asked = new Map<string, Promise<Missed>>();
  /** Who waits for the next query, by channel and base. */
  readonly #waiting = new Map<string, Asker[]>();

  constructor(pool: ConnectionPool) {
    this.#pool = pool;
  }

  /**
   * @param interval between two snapshots that are well-formed, of which the later includes the other
   * @param base what the column txid is above the number of a transaction
   * @param most more messages are no replay
   */
  read(interval: ChannelInterval, base: string, most = MOST_MISSED): Promise<Missed> {
    const key = `${base} ${interval.channel}`;
    return new Promise((resolve) => {
      const asker = { interval, most, resolve };
      const waiting = this.#waiting.get(key);
      if (waiting !== undefined) return waiting.push(asker);
      this.#waiting.set(key, [asker]);
      return setImmediate(() => void this.#answer(key, base));
    });
  }

  async #answer(key: string, base: string): Promise<void> {
    for (
      let askers = this.#waiting.get(key) ?? [];
      askers.length > 0;
      askers = this.#waiting.get(key) ?? []
    ) {
      this.#waiting.set(key, []);
      await this.#answerAll(askers, base);
    }
    this.#waiting.delete(key);
  }

  /** @param askers of one channel, of which there is one at least */
  async #answerAll(askers: readonly Asker[], base: string): Promise<void> {
    const intervals = askers.map(({ interval }) => interval);
    const union = askers.length > 1 ? unite(intervals) : null;
    if (union === null) {
      for (const { interval, most, resolve } of askers) resolve(this.#readOnce(interval, base, most));
      return;
    }
    const all = await this.#readOnce(union, base, MOST_MISSED).catch(() => null);
    if (all === null || 'gap' in all) {
      // Too much or too old for all of them together may be a replay for most of them; an error is each one's own.
      const common = all === null ? null : intersect(intervals);
      const least =
        common === null ? null : await this.#readOnce(common, base, MOST_MISSED).catch(() => null);
      if (least !== null && all !== null && 'gap' in least && least.gap === all.gap) {
        for (const { resolve } of askers) resolve(least);
        return;
      }
      // The oldest by themselves: of two hundred pages, a few questions find out which missed too much.
      const byAge = askers.toSorted((one, other) => compareAge(one.interval, other.interval));
      const half = Math.ceil(askers.length / 2);
      await this.#answerAll(byAge.slice(0, half), base);
      return await this.#answerAll(byAge.slice(half), base);
    }
    for (const { interval, most, resolve } of askers) {
      const rows = rowsWithin(all.rows, interval);
      resolve(rows.length > most ? { gap: 'overflow' } : { rows });
    }
  }

  #readOnce(interval: ChannelInterval, base: string, most: number): Promise<Missed> {
    const { channel, since, upto, after } = interval;
    const key = `${since} ${upto} ${after.txid} ${after.id} ${base} ${most} ${channel}`;
    let asked = this.#asked.get(key);
    if (asked === undefined) {
      asked = this.#query(interval, base, most).finally(() => this.#asked.delete(key));
      this.#asked.set(key, asked);
    }
    return asked;
  }

  async #query(interval: ChannelInterval, base: string, most: number): Promise<Missed> {
    const client = await this.#pool.connect();
    let broken = true;
    try {
      // In one: each is a way to PostgreSQL and back.
      await client.query(`BEGIN READ ONLY; ${byIndex(true)}`);
      const missed = await readParts(client, interval, base, most);
      await client.query('COMMIT');
      broken = false;
      return missed;
    } finally {
      client.release(broken);
    }
  }
}

/** In parts, so that what is too much is noticed before all of it lies in memory. */
async function readParts(
  client: Queryable,
  { channel, since, upto, after: start }: ChannelInterval,
  base: string,
  most: number,
): Promise<Missed> {
  const missed: MessageRow[] = [];
  let characters = 0;
  for (let after: Place | null = start; after !== null; ) {
    const { rows } = await client.query<MissedRow>({
      ...MISSED,
      values: [channel, since, upto, after.txid, after.id, base],
    });
    // What is deleted between two parts is noted by the same transaction: the last part knows of all of it.
    if (rows[0]?.whole !== true) return { gap: 'retention' };
    const found = rows.filter(hasMessage);
    for (const row of found) characters += row.values.length;
    missed.push(...found);
    if (missed.length > most || characters > MOST_CHARACTERS) return { gap: 'overflow' };
    after = endOf(found);
  }
  return { rows: missed };
}
