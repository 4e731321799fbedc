import type { BusPosition } from './bus-position.ts';
import type { MissedRow } from './bus-row.ts';

/** The first row that may be missing: behind a place, and with an id above another. */
export interface Floor {
  readonly txid: bigint;
  readonly id: bigint;
  readonly aboveId: number;
  /** The same of rows without a transaction, which are older than all others. */
  readonly last: number;
  /** Only what is young enough for a first visit. */
  readonly isRecent: boolean;
}

/** What a browser has received, by the `last` that it says. */
export interface Received {
  readonly floor: Floor;
  has(row: MissedRow): boolean;
  /** Is a row that it gets now, as the last one, above all that it has? @param txid of that row; null if it has none */
  isBelow(txid: bigint | null): boolean;
}

/** Above all ids. */
const HIGHEST_ID = 2n ** 63n - 1n;

/** Nothing: it gets what is young. @param floor a transaction before which nothing is */
export function nothingReceived(floor: bigint): Received {
  return {
    floor: { txid: floor - 1n, id: HIGHEST_ID, aboveId: -1, last: 0, isRecent: true },
    has: ({ isRecent }) => !isRecent,
    isBelow: () => true,
  };
}

/** Everything up to a row, in the order of transactions. */
export function receivedUpto(txid: bigint, id: number): Received {
  return {
    floor: { txid, id: BigInt(id), aboveId: -1, last: id, isRecent: false },
    has: (row) => (row.txid === null ? row.id <= id : row.txid < txid || (row.txid === txid && row.id <= id)),
    isBelow: (above) => above !== null,
  };
}

/** What a mark says. @param id of the mark */
export function receivedAt(position: BusPosition, id: number): Received {
  return {
    floor: { txid: position.xmin - 1n, id: HIGHEST_ID, aboveId: -1, last: id, isRecent: false },
    has: (row) => (row.txid === null ? row.id <= id : position.sees(row.txid, row.id)),
    isBelow: (txid) => txid !== null && txid >= position.xmax,
  };
}

/** A row that is deleted, or has no transaction: all that is known are ids, and what committed late is lost, as in Odoo. */
export function receivedUptoId(id: number): Received {
  return {
    floor: { txid: 0n, id: 0n, aboveId: id, last: id, isRecent: false },
    has: (row) => row.id <= id,
    isBelow: (txid) => txid === null,
  };
}

/** The floor of all who ask for the same channel. */
export function lower(one: Floor, other: Floor): Floor {
  const isLower = one.txid < other.txid || (one.txid === other.txid && one.id <= other.id);
  const { txid, id } = isLower ? one : other;
  return {
    txid,
    id,
    aboveId: Math.min(one.aboveId, other.aboveId),
    last: Math.min(one.last, other.last),
    isRecent: one.isRecent && other.isRecent,
  };
}
