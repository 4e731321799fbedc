import type { Progress } from './position.ts';

/** Before the letter of a number with one digit. */
const BEFORE_A = 96;

let last = { snapshot: '', rank: '' };

/**
 * The rank of a snapshot: how many transactions had ended, of all that ever were. Of two snapshots of one server, the
 * later sees whatever the earlier saw. So it sees more transactions exactly if it is another snapshot, and their number
 * orders snapshots as their contents do.
 *
 * @param snapshot as PostgreSQL writes it, `xmin:xmax:xip,…`
 */
export function rankOfSnapshot(snapshot: string): string {
  // Pages that are told where they are, a hundred in one turn, are nearly all at the same snapshot.
  if (last.snapshot !== snapshot) last = { snapshot, rank: toSortable(countEnded(snapshot)) };
  return last.rank;
}

/** The rank of a row within its read: by transaction, then id, as the rows are ordered. */
export function rankOfProgress({ txid, id }: Progress): string {
  return toSortable(BigInt(txid)) + toSortable(BigInt(id));
}

/** Everything below xmax has ended but for what is listed. */
function countEnded(snapshot: string): bigint {
  const [, xmax = '', open = ''] = snapshot.split(':');
  return BigInt(xmax) - BigInt(open === '' ? 0 : open.split(',').length);
}

/**
 * A whole number as a text that sorts as the number does: a letter for the count of its digits, then the digits. A page
 * compares texts only, and numbers of transactions may be larger than JavaScript's.
 */
function toSortable(number: bigint): string {
  const digits = `${number}`;
  return `${String.fromCharCode(BEFORE_A + digits.length)}${digits}`;
}
