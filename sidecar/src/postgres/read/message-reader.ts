import type pg from 'pg';
import { type Interval, type Place, START } from '../../delivery/interval.ts';
import { DATE_FORMAT, hasMessage, type MessageRow } from './message-row.ts';
import { endOf, unseen } from './unseen.ts';

/** A part of what became visible between two snapshots. */
export interface ReadPart {
  /** The younger of the two: `xmin:xmax:xip,…` of PostgreSQL's txid_snapshot. */
  readonly snapshot: string;
  /** By transaction, then id. */
  readonly rows: readonly MessageRow[];
  /** How many transactions they are of, those of channels that were left out included. */
  readonly commits: number;
  /** The row behind which the next part begins; null if nothing is left. */
  readonly end: Place | null;
  /** The server's clock meanwhile, in the form of the dates; not of every read. */
  readonly clock?: string | undefined;
}

/** @param base what the column txid is above the number of a transaction, as an expression of SQL */
const columnsWith = (
  values: string,
  base: string,
) => `m.id::text, (m.txid - ${base})::text AS txid, m.channel, m.uid,
  to_char(m.date, '${DATE_FORMAT}') AS date, ${values} AS "values",
  m.lease IS NOT NULL OR m.dead IS NOT NULL AS taken, m.attempts > 0 AS failed`;

/** The columns of a {@link MessageRow}, of a table that is called m. */
export const columns = (base: string) => columnsWith('m."values"::text', base);

/**
 * Everything new, in one statement. Channels that are read by themselves come without their values, but they do come: a
 * statement that passed over them would take as long as their next flood is.
 */
const NEW = {
  name: 'web_socketio_read',
  text: `
WITH s AS (SELECT txid_current_snapshot() AS now)
SELECT s.now::text AS snapshot, m.channel = ANY($2::text[]) AS "leftOut", m.stored,
  ${columnsWith('CASE WHEN m.channel <> ALL($2::text[]) THEN m."values"::text END', '$3::bigint')}
FROM s LEFT JOIN LATERAL (${unseen({ since: '$1::txid_snapshot', upto: 's.now', after: START, base: '$3::bigint' })}) AS m ON true`,
};
const CHANNEL = {
  name: 'web_socketio_read_channel',
  text: `
SELECT ${columns('$6::bigint')}, m.stored FROM (${unseen({
    channel: '$1',
    since: '$2::txid_snapshot',
    upto: '$3::txid_snapshot',
    after: { txid: '$4::bigint', id: '$5::bigint' },
    base: '$6::bigint',
  })}) AS m`,
};

interface Stored extends MessageRow {
  readonly stored: number;
}

interface NewRow extends Partial<Stored> {
  readonly snapshot: string;
  readonly leftOut?: boolean;
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
 * Reads what became visible after a snapshot: once each, whatever the order of commits.
 *
 * @param since the snapshot of the last read
 * @param without channels that are left out
 * @param base what the column txid is above the number of a transaction
 */
export async function readNew(
  client: pg.ClientBase,
  since: string,
  without: readonly string[],
  base: string,
): Promise<ReadPart> {
  const { rows } = await client.query<NewRow>({ ...NEW, values: [since, without, base] });
  const snapshot = rows[0]?.snapshot ?? since;
  const found = rows.filter(hasMessage);
  const read = found.filter(({ leftOut }) => leftOut !== true);
  return { snapshot, rows: read, commits: countTransactions(found), end: endOf(found) };
}

/** Reads the next part of one channel. */
export async function readChannel(
  client: pg.ClientBase,
  channel: string,
  { since, upto, after }: Interval,
  base: string,
): Promise<ReadPart> {
  const { rows } = await client.query<Stored>({
    ...CHANNEL,
    values: [channel, since, upto, after.txid, after.id, base],
  });
  return { snapshot: upto, rows, commits: countTransactions(rows), end: endOf(rows) };
}

export function countTransactions(rows: readonly MessageRow[]): number {
  return rows.length < 2 ? rows.length : new Set(rows.map(({ txid }) => txid)).size;
}
