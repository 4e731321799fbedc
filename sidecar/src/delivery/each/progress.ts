import type { Arrival } from '../arrival.ts';
import type { Entry } from './log/entry.ts';
import { Snapshot } from './log/snapshot.ts';
import type { Position, Progress } from './position.ts';

/** Everything that its read brought up to it is done. */
export function progressOf({ read, txid, message }: Entry): Progress {
  return { upto: read.after, txid, id: message.id };
}

/** Everything that its read brought before it is done. */
export function progressBefore({ read, txid, message }: Entry): Progress {
  return { upto: read.after, txid, id: `${BigInt(message.id) - 1n}` };
}

/** Says of a message that the position's snapshot does not see whether it is done all the same. */
export function isDoneIn({ done }: Position): (arrival: Arrival) => boolean {
  const upto = done === undefined ? null : Snapshot.parse(done.upto);
  if (done === undefined || upto === null) return () => false;
  const place = BigInt(done.txid);
  const last = BigInt(done.id);
  return ({ txid, message }) => {
    const its = BigInt(txid);
    return upto.sees(its) && (its < place || (its === place && BigInt(message.id) <= last));
  };
}

/** Where a replay begins to read what is behind a row: a row before it that many pages share, whose progress differs. */
export function startOf({ txid, id }: Progress): { readonly txid: string; readonly id: string } {
  return { txid, id: `${BigInt(id) - (BigInt(id) % 1_024n)}` };
}
