import type { Place } from '../../delivery/interval.ts';

/** A flood is read in parts of so many rows, so that nobody waits for its end and it never lies in memory as a whole. */
export const PART_ROWS = 2_000;
/** A part ends sooner with so many bytes of values, as they are stored: what is large is stored compressed. */
export const PART_BYTES = 2 * 1024 * 1024;

/** A table that is read by the transactions of its rows. */
export interface ReadTable {
  /** It has the columns txid and id, and an index on both. */
  readonly name: string;
  /** The column that may be large. */
  readonly content: string;
}

const MESSAGES: ReadTable = { name: 'web_socketio_message', content: '"values"' };

/** What of a table is asked for, each as an expression of SQL. */
export interface UnseenOptions {
  /** That of the messages, unless it is given. */
  readonly table?: ReadTable;
  /** The snapshot that does not see them. */
  readonly since: string;
  /** The snapshot that sees them. */
  readonly upto: string;
  /** Only of that channel, if it is given. */
  readonly channel?: string;
  /** The row behind which it begins. */
  readonly after: Place;
  /** What the column txid is above the number of a transaction. */
  readonly base: string;
}

/** A row of {@link unseen}, as far as it says where the part ends. */
interface UnseenRow extends Place {
  /** The bytes of its content in the table. */
  readonly stored?: number;
}

/** The row behind which the next part begins; null if nothing is left after these rows. */
export function endOf(rows: readonly UnseenRow[]): Place | null {
  return isCut(rows) ? (rows.at(-1) ?? null) : null;
}

/** Is this a whole part, so that more may be left? */
export function isCut(rows: readonly { readonly stored?: number }[]): boolean {
  return rows.length === PART_ROWS || rows.reduce((total, { stored = 0 }) => total + stored, 0) >= PART_BYTES;
}

/**
 * Makes PostgreSQL go by the indexes, whose order a part needs: without statistics, in a table that has just been filled,
 * it would look through all of it and sort. Without JIT, which takes longer than such a statement.
 *
 * @param local only until the end of the transaction
 */
export function byIndex(local: boolean): string {
  return `SELECT set_config(name, 'off', ${local}) FROM pg_settings
    WHERE name IN ('enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'jit')`;
}

/** So many transactions behind a snapshot are asked whether they were rolled back. */
const FEW = 64;

/**
 * The transactions that one snapshot sees and another does not, as ranges: low ≤ txid < high.
 *
 * What is still open, and what was rolled back, is left out: the rows of a large transaction stand in the index as soon
 * as they are written, and looking at each to find that it is not visible took seconds. Of those that were rolled back,
 * a large one is listed as open by the first snapshot, or it was the youngest then: so the next {@link FEW} are enough.
 */
const ranges = (since: string, upto: string) => `
  SELECT x AS low, x + 1 AS high FROM txid_snapshot_xip(${since}) AS x
  WHERE txid_visible_in_snapshot(x, ${upto}) AND txid_status(x) IS DISTINCT FROM 'aborted'
  UNION ALL
  SELECT lag(x + 1, 1, txid_snapshot_xmax(${since})) OVER (ORDER BY x), x FROM (
    SELECT x FROM txid_snapshot_xip(${upto}) AS x WHERE x >= txid_snapshot_xmax(${since})
    UNION ALL
    SELECT x FROM generate_series(
      txid_snapshot_xmax(${since}),
      LEAST(txid_snapshot_xmax(${upto}), txid_snapshot_xmax(${since}) + ${FEW}) - 1
    ) AS x WHERE txid_status(x) = 'aborted'
    UNION ALL SELECT txid_snapshot_xmax(${upto})
  ) AS ends(x)`;

/**
 * A part of what one snapshot sees and another does not, by transaction, then id: a query whose rows have `stored`, the
 * bytes of their content, besides the columns of the table. It costs its own rows, however many are left:
 *
 * - Each range is read by the index, in its order, up to the limit. A nested loop keeps the order of its ranges, and
 *   LATERAL with LIMIT allows no other join; sorting instead would read all that is left for each part.
 * - A part begins by one condition on (txid, id). With a second one on txid PostgreSQL may start there, and pass over
 *   everything that was read before.
 */
export function unseen({
  table: { name, content } = MESSAGES,
  since,
  upto,
  channel,
  after,
  base,
}: UnseenOptions): string {
  // A row without any content is a row: left out, a part would look as if nothing was left behind it.
  const size = `coalesce(pg_column_size(m.${content}), 0)`;
  const ofChannel = channel === undefined ? '' : `channel = ${channel} AND`;
  return `
SELECT * FROM (
  SELECT m.*, ${size} AS stored, sum(${size}) OVER (ROWS UNBOUNDED PRECEDING) AS read
  FROM (
    SELECT CASE WHEN low > ${after.txid} THEN low - 1 ELSE ${after.txid} END AS low,
      CASE WHEN low > ${after.txid} THEN 9223372036854775807 ELSE ${after.id} END AS above, high
    FROM (${ranges(since, upto)}) AS range
    WHERE low < high AND high > ${after.txid} ORDER BY low
  ) AS range CROSS JOIN LATERAL (
    SELECT * FROM ${name}
    WHERE ${ofChannel} (txid, id) > (range.low + ${base}, range.above) AND txid < range.high + ${base}
    ORDER BY txid, id LIMIT ${PART_ROWS}
  ) AS m ORDER BY range.low LIMIT ${PART_ROWS}
) AS part WHERE read - stored < ${PART_BYTES}`;
}
