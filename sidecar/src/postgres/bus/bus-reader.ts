import type pg from 'pg';
import { type Interval, type Place, START } from '../../delivery/interval.ts';
import { endOf, unseen } from '../read/unseen.ts';
import { BUS, type BusRow } from './bus-row.ts';

/** A row with its transaction. */
export interface NewBusRow extends BusRow {
  readonly txid: string;
}

/** A part of what became visible between two snapshots. */
export interface BusPart {
  /** The younger of the two. */
  readonly snapshot: string;
  /** By transaction, then id. */
  readonly rows: readonly NewBusRow[];
  /** The row behind which the next part begins; null if nothing is left. */
  readonly end: Place | null;
}

const COLUMNS = 'm.id::text, m.txid::text, m.channel, m.message, m.stored';

const NEW = {
  name: 'web_socketio_bus_read',
  text: `
WITH s AS (SELECT txid_current_snapshot() AS now)
SELECT s.now::text AS snapshot, ${COLUMNS}
FROM s LEFT JOIN LATERAL (${unseen({ table: BUS, since: '$1::txid_snapshot', upto: 's.now', after: START, base: '0' })}) AS m ON true`,
};
const NEXT = {
  name: 'web_socketio_bus_read_on',
  text: `
SELECT ${COLUMNS} FROM (${unseen({
    table: BUS,
    since: '$1::txid_snapshot',
    upto: '$2::txid_snapshot',
    after: { txid: '$3::bigint', id: '$4::bigint' },
    base: '0',
  })}) AS m`,
};

interface Stored extends NewBusRow {
  readonly stored: number;
}

interface FirstRow extends Partial<Stored> {
  readonly snapshot: string;
}

/** Reads what became visible after a snapshot, or its first part: once each, whatever the order of commits. */
export async function readNewRows(client: pg.ClientBase, since: string): Promise<BusPart> {
  const { rows } = await client.query<FirstRow>({ ...NEW, values: [since] });
  const found = rows.filter(hasRow);
  return { snapshot: rows[0]?.snapshot ?? since, rows: found, end: endOf(found) };
}

/** Reads the next part. */
export async function readNextRows(
  client: pg.ClientBase,
  { since, upto, after }: Interval,
): Promise<BusPart> {
  const { rows } = await client.query<Stored>({ ...NEXT, values: [since, upto, after.txid, after.id] });
  return { snapshot: upto, rows, end: endOf(rows) };
}

/** A join with something that is always there gives one row without. */
function hasRow(row: FirstRow): row is FirstRow & Stored {
  return typeof row.id === 'string';
}
