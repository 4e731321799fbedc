import type { Queryable } from '../connect/pool.ts';
import { isCut, PART_BYTES, PART_ROWS } from '../read/unseen.ts';
import { IS_MARK } from './bus-mark.ts';
import type { BusRow, MissedRow } from './bus-row.ts';
import type { Floor } from './received.ts';
import { RECENT_SECONDS } from './recent-floor.ts';

/** What a `last` names. */
export interface LastRow {
  readonly id: number;
  readonly txid: bigint | null;
  /** The message of a mark; null of any other row. */
  readonly mark: string | null;
}

/** What is there now, besides the rows. */
export interface LastRows {
  readonly highestId: number;
  /** There are rows without a transaction: of before the addon, or of another server. */
  readonly hasOld: boolean;
  readonly rows: ReadonlyMap<number, LastRow>;
}

/** So many channels in one statement: it is to end well within its time. */
const CHANNELS = 2_000;

const LAST = {
  name: 'web_socketio_bus_last',
  text: `
SELECT h.highest::text, h.old, b.id::text, b.txid::text, CASE WHEN ${IS_MARK} THEN b.message END AS mark
FROM (
  SELECT (SELECT max(id) FROM bus_bus) AS highest, EXISTS (SELECT FROM bus_bus WHERE txid IS NULL) AS old
) AS h LEFT JOIN bus_bus AS b ON b.id = ANY($1::bigint[])`,
};

const IS_RECENT = `coalesce(b.create_date > (now() AT TIME ZONE 'UTC') - interval '${RECENT_SECONDS} seconds', false)`;

const SIZE = 'coalesce(pg_column_size(m.message), 0)';

/**
 * The rows of each channel from its floor on, channel after channel, up to a part: as {@link unseen}, by the index and in
 * its order, so that it costs its own rows.
 */
const rowsOf = (where: string) => `
SELECT part.number::int, part.id::text, part.txid::text, part.channel, part.message, part.recent, part.stored FROM (
  SELECT wanted.number, m.*, ${SIZE} AS stored, sum(${SIZE}) OVER (ROWS UNBOUNDED PRECEDING) AS read
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bool[])
    WITH ORDINALITY AS wanted(channel, txid, id, above, recent, number)
  CROSS JOIN LATERAL (
    SELECT b.id, b.txid, b.channel, b.message, ${IS_RECENT} AS recent FROM bus_bus AS b
    WHERE b.channel = wanted.channel AND ${where} AND b.id > wanted.above AND (NOT wanted.recent OR ${IS_RECENT})
    ORDER BY b.txid, b.id LIMIT ${PART_ROWS}
  ) AS m ORDER BY wanted.number LIMIT ${PART_ROWS}
) AS part WHERE read - stored < ${PART_BYTES}`;
const ROWS = { name: 'web_socketio_bus_missed', text: rowsOf('(b.txid, b.id) > (wanted.txid, wanted.id)') };
const OLD_ROWS = { name: 'web_socketio_bus_missed_old', text: rowsOf('b.txid IS NULL') };

interface FoundLast {
  readonly highest: string | null;
  readonly old: boolean;
  readonly id: string | null;
  readonly txid: string | null;
  readonly mark: string | null;
}

interface Found extends BusRow {
  readonly number: number;
  readonly recent: boolean;
  readonly stored: number;
}

/** Finds the rows of these ids. */
export async function readLastRows(client: Queryable, ids: readonly number[]): Promise<LastRows> {
  const { rows } = await client.query<FoundLast>({ ...LAST, values: [ids] });
  const found = new Map<number, LastRow>();
  for (const { id, txid, mark } of rows) {
    if (id !== null)
      found.set(Number(id), { id: Number(id), txid: txid === null ? null : BigInt(txid), mark });
  }
  return { highestId: Number(rows[0]?.highest ?? 0), hasOld: rows[0]?.old === true, rows: found };
}

/** Reads the rows of each channel from its floor on, by transaction, then id. Those without a transaction come first. */
export async function readMissedRows(
  client: Queryable,
  floors: ReadonlyMap<string, Floor>,
  hasOld: boolean,
): Promise<ReadonlyMap<string, readonly MissedRow[]>> {
  const rows = new Map<string, MissedRow[]>();
  const wanted = [...floors];
  for (let start = 0; start < wanted.length; start += CHANNELS) {
    const some = wanted.slice(start, start + CHANNELS);
    if (hasOld) await readParts(client, OLD_ROWS, some.map(oldFloor), rows);
    await readParts(client, ROWS, some, rows);
  }
  return rows;
}

type ChannelFloor = readonly [channel: string, floor: Floor];

/** Where those without a transaction begin. */
function oldFloor([channel, floor]: ChannelFloor): ChannelFloor {
  return [channel, { ...floor, aboveId: floor.last }];
}

async function readParts(
  client: Queryable,
  statement: { readonly name: string; readonly text: string },
  wanted: readonly ChannelFloor[],
  into: Map<string, MissedRow[]>,
): Promise<void> {
  for (let left = wanted; left.length > 0; ) {
    const floors = left.map(([, floor]) => floor);
    const { rows } = await client.query<Found>({
      ...statement,
      values: [
        left.map(([channel]) => channel),
        floors.map(({ txid }) => txid.toString()),
        floors.map(({ id }) => id.toString()),
        floors.map(({ aboveId }) => aboveId),
        floors.map(({ isRecent }) => isRecent),
      ],
    });
    for (const row of rows) add(row, into);
    left = isCut(rows) ? behind(left, rows.at(-1)) : [];
  }
}

function add({ recent, ...row }: Found, into: Map<string, MissedRow[]>): void {
  const channel = row.channel ?? '';
  let rows = into.get(channel);
  if (rows === undefined) {
    rows = [];
    into.set(channel, rows);
  }
  const txid = row.txid === null ? null : BigInt(row.txid);
  rows.push({ id: Number(row.id), txid, isRecent: recent, row });
}

/** What is left after a part. */
function behind(wanted: readonly ChannelFloor[], last: Found | undefined): readonly ChannelFloor[] {
  if (last === undefined) return [];
  const [first, ...others] = wanted.slice(last.number - 1);
  if (first === undefined) return [];
  const [channel, floor] = first;
  const place =
    last.txid === null ? { aboveId: Number(last.id) } : { txid: BigInt(last.txid), id: BigInt(last.id) };
  return [[channel, { ...floor, ...place }], ...others];
}
