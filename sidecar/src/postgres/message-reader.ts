import type pg from 'pg';
import { hasMessage, type MessageRow } from './message-row.ts';

/** A part of what became visible since the snapshot before, and the snapshot up to which it is. */
export interface ReadPage {
  /** `xmin:xmax:xip,…` of PostgreSQL's txid_snapshot. */
  readonly snapshot: string;
  readonly rows: readonly MessageRow[];
  /** True if nothing is left up to that snapshot. */
  readonly last: boolean;
}

/** A flood is read in parts, so that nobody waits for its end and it never lies in memory as a whole. */
export const PAGE_ROWS = 2_000;

/** The columns of a {@link MessageRow}, of a table that is called m. */
export const COLUMNS = `m.id::text, m.txid::text, m.channel, m.uid,
  to_char(m.date, 'YYYY-MM-DD HH24:MI:SS') AS date, m."values"::text AS "values",
  m.lease IS NOT NULL OR m.dead IS NOT NULL AS taken`;

/**
 * What a snapshot does not see. Two branches instead of "visible now and not then": that scans from xmin, which costs
 * 17 ms once an old writer is open. Here the second branch looks only at the transactions that were open at the snapshot.
 */
export function unseenBy(snapshot: string, condition: string): string {
  return `SELECT * FROM web_socketio_message
  WHERE txid >= txid_snapshot_xmax(${snapshot}::txid_snapshot) AND ${condition}
  UNION ALL
  SELECT * FROM web_socketio_message
  WHERE txid = ANY(ARRAY(SELECT txid_snapshot_xip(${snapshot}::txid_snapshot)))
    AND txid < txid_snapshot_xmax(${snapshot}::txid_snapshot) AND ${condition}`;
}

/** Named, so that PostgreSQL plans it once for a connection. */
const FIRST = {
  name: 'web_socketio_read',
  text: `
WITH s AS (SELECT txid_current_snapshot() AS now)
SELECT s.now::text AS snapshot, ${COLUMNS}
FROM s LEFT JOIN (${unseenBy('$1', 'true')}) m ON true ORDER BY m.txid, m.id LIMIT ${PAGE_ROWS}`,
};
/** The same up to the snapshot of the first part, from where the part before ended. */
const NEXT = {
  name: 'web_socketio_read_next',
  text: `
SELECT $2::text AS snapshot, ${COLUMNS}
FROM (${unseenBy('$1', '(txid, id) > ($3::bigint, $4::bigint) AND txid_visible_in_snapshot(txid, $2::txid_snapshot)')}) m
ORDER BY m.txid, m.id LIMIT ${PAGE_ROWS}`,
};

interface ReadRow extends Partial<MessageRow> {
  readonly snapshot: string;
}

/** The snapshot of now: whoever goes on from it gets everything that is not committed yet. */
export async function currentSnapshot(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ snapshot: string }>(
    'SELECT txid_current_snapshot()::text AS snapshot',
  );
  const snapshot = rows[0]?.snapshot;
  if (snapshot === undefined) throw new Error('txid_current_snapshot() returned nothing');
  return snapshot;
}

/**
 * Reads every message that became visible after a snapshot: once each, whatever the order of commits.
 *
 * @param since the snapshot of the last read
 * @param before the part before, if this is not the first
 * @returns rows by transaction, then id
 */
export async function readMessages(
  client: pg.ClientBase,
  since: string,
  before?: ReadPage,
): Promise<ReadPage> {
  const end = before?.rows.at(-1);
  const query =
    before === undefined || end === undefined
      ? { ...FIRST, values: [since] }
      : { ...NEXT, values: [since, before.snapshot, end.txid, end.id] };
  const { rows } = await client.query<ReadRow>(query);
  const snapshot = rows[0]?.snapshot ?? before?.snapshot ?? since;
  return { snapshot, rows: rows.filter(hasMessage), last: rows.length < PAGE_ROWS };
}
