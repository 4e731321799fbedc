import { Statement, type StatementClient, type TextRow } from '../connect/statement.ts';
import { countTransactions, type ReadPart } from './message-reader.ts';
import { DATE_FORMAT, type MessageRow } from './message-row.ts';
import { PART_BYTES } from './unseen.ts';

/** So many transactions are few. Each is looked up by itself; with more, reading by ranges is cheaper. */
const FEW_TRANSACTIONS = 64;
/** So many messages are few. */
const FEW_ROWS = 200;
/** A message that is larger, as it is stored, is not one of few: together they are no more than a part. */
const LARGEST = PART_BYTES / FEW_ROWS;

const NOW = 'txid_current_snapshot()';
const YOUNGER = `generate_series($1::bigint,
  CASE WHEN txid_snapshot_xmax(${NOW}) - $1::bigint > ${FEW_TRANSACTIONS} THEN 0 ELSE txid_snapshot_xmax(${NOW}) END - 1)`;

/**
 * The snapshot and the time of now, then the messages of those transactions that are committed: what is open, or was rolled back, may
 * have left a million rows in the index.
 */
const read = (transactions: string) => `
SELECT ${NOW}::text, NULL, NULL, NULL, to_char(clock_timestamp() AT TIME ZONE 'UTC', '${DATE_FORMAT}'), NULL, NULL, NULL
UNION ALL (
SELECT m.id::text, x::text, m.channel, m.uid::text, to_char(m.date, '${DATE_FORMAT}'),
  CASE WHEN pg_column_size(m."values") <= ${LARGEST} THEN m."values"::text END,
  m.lease IS NOT NULL OR m.dead IS NOT NULL, m.attempts > 0
FROM ${transactions} CROSS JOIN LATERAL (
  SELECT one.* FROM web_socketio_message AS one
  WHERE one.txid = x + $2::bigint ORDER BY one.txid, one.id LIMIT ${FEW_ROWS}
) AS m WHERE coalesce(txid_status(x), 'committed') = 'committed' LIMIT ${FEW_ROWS})`;

const AFTER_REST = new Statement('web_socketio_few', read(`${YOUNGER} AS x`));
/** What was open at the snapshot is older. */
const AFTER_OPEN = new Statement(
  'web_socketio_few_open',
  read(`(SELECT unnest($3::bigint[]) UNION ALL SELECT ${YOUNGER}) AS transactions(x)`),
);

/**
 * Reads what became visible after a snapshot, if it is no more than a few messages of usual size; null if it may be more.
 *
 * To PostgreSQL that is a third of the work of reading by ranges, most of which is done before a row is looked at.
 *
 * @param since of PostgreSQL
 * @param base what the column txid is above the number of a transaction
 */
export async function readFew(
  client: StatementClient,
  since: string,
  base: string,
): Promise<ReadPart | null> {
  const [, xmax = '', open = ''] = since.split(':');
  const [first, ...found] =
    open === ''
      ? await AFTER_REST.run(client, [xmax, base])
      : await AFTER_OPEN.run(client, [xmax, base, `{${open}}`]);
  const rows = found.map(toRow).filter((row) => row !== null);
  const snapshot = first?.[0];
  if (typeof snapshot !== 'string' || rows.length < found.length) return null;
  const clock = first?.[4] ?? undefined;
  const part = { snapshot, rows, commits: countTransactions(rows), end: null, clock };
  return isFew(since, part) ? part : null;
}

/** Would {@link readFew} have read it? */
export function isFew(since: string, { snapshot, rows }: ReadPart): boolean {
  return rows.length < FEW_ROWS && difference(xmaxOf(snapshot), xmaxOf(since)) <= FEW_TRANSACTIONS;
}

/** A number of so few digits is exact without BigInt, which takes longer: this is asked at each read. */
const EXACT_DIGITS = 15;

function difference(one: string, other: string): number {
  if (one.length <= EXACT_DIGITS && other.length <= EXACT_DIGITS) return Number(one) - Number(other);
  return Number(BigInt(one) - BigInt(other));
}

function xmaxOf(snapshot: string): string {
  const start = snapshot.indexOf(':') + 1;
  return snapshot.slice(start, snapshot.indexOf(':', start));
}

/** Null if it was too large. */
function toRow([id, txid, channel, uid, date, values, taken, failed]: TextRow): MessageRow | null {
  if (!id || !txid || typeof channel !== 'string' || !date || typeof values !== 'string') return null;
  const of = typeof uid === 'string' ? Number(uid) : null;
  // Without a spread, here and on the way of each message: V8 leaves its quick way for it, which was 1 % of a message.
  return { id, txid, channel, uid: of, date, values, taken: taken === 't', failed: failed === 't' };
}
