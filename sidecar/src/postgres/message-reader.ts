import type pg from 'pg';
import type { MessageRow } from './message-row.ts';

/** One read: what became visible since the snapshot before it, and the snapshot to go on from. */
export interface Read {
  /** `xmin:xmax:xip,…` of PostgreSQL's txid_snapshot. */
  readonly snapshot: string;
  readonly rows: readonly MessageRow[];
}

/** Named, so that PostgreSQL plans it once for a connection. */
const READ = {
  name: 'web_socketio_read',
  // Two branches instead of "visible now and not then": that scans from xmin, which costs 17 ms once an old writer is
  // open. Here the second branch looks only at the transactions that were open at the last read.
  text: `
WITH s AS (SELECT txid_current_snapshot() AS now)
SELECT s.now::text AS snapshot, m.id::text, m.txid::text, m.channel, m.uid,
       to_char(m.date, 'YYYY-MM-DD HH24:MI:SS') AS date, m."values"::text AS "values"
FROM s LEFT JOIN (
  SELECT * FROM web_socketio_message WHERE txid >= txid_snapshot_xmax($1::txid_snapshot)
  UNION ALL
  SELECT * FROM web_socketio_message
  WHERE txid = ANY(ARRAY(SELECT txid_snapshot_xip($1::txid_snapshot))) AND txid < txid_snapshot_xmax($1::txid_snapshot)
) m ON true ORDER BY m.txid, m.id`,
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
 * @returns rows by transaction, then id
 */
export async function readMessages(client: pg.ClientBase, since: string): Promise<Read> {
  const { rows } = await client.query<ReadRow>({ ...READ, values: [since] });
  const snapshot = rows[0]?.snapshot ?? since;
  return { snapshot, rows: rows.filter(isMessage) };
}

/** The oldest transaction that was still open at a snapshot. */
export function snapshotXmin(snapshot: string): bigint {
  return BigInt(snapshot.slice(0, snapshot.indexOf(':')));
}

function isMessage(row: ReadRow): row is ReadRow & MessageRow {
  return typeof row.id === 'string';
}
