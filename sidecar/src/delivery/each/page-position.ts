import { MOST_IDS, MOST_POSITIONS } from '../../../protocol/limits.ts';
import { BASE, type PagePosition, type Progress as PageProgress } from '../../../protocol/position.ts';
import { MOST_FAILED, type Position, type Positions, type Progress } from './position.ts';
import { rankOfProgress, rankOfSnapshot } from './rank.ts';

const SNAPSHOT = /^\d{1,19}:\d{1,19}:[\d,]{0,20000}$/;
const NUMBER = /^\d{1,18}$/;

/** A position as a page keeps it. */
export function toPagePosition({ epoch, snapshot, ids, done, failed, forgot }: Position): PagePosition {
  return {
    ...{ epoch, at: snapshot, rank: rankOfSnapshot(snapshot), ids },
    ...(done === undefined ? {} : { done: toPageProgress(done) }),
    ...(failed === undefined ? {} : { failed }),
    ...(forgot === undefined ? {} : { forgot }),
  };
}

function toPageProgress(done: Progress): PageProgress {
  return { read: done.upto, at: `${done.txid} ${done.id}`, rank: rankOfProgress(done) };
}

/**
 * Stands for what is not a position here, such as those of a page with the JavaScript of an older release: its epoch is
 * none of ours, so the page loads its data again. Left out, it would start where the sidecar is, and miss messages in silence.
 */
const FOREIGN: Position = { epoch: '', snapshot: '', ids: [] };

/** Thousands of pages have none yet. */
const NONE: Positions = {};

/** Names what a page sent as its positions; null if it keeps none. */
export function readPositions(data: unknown): Positions | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
  const positions: [string, Position][] = [];
  const entries = Object.entries(data).filter(([key]) => key !== BASE);
  // The youngest come last.
  for (const [key, value] of entries.slice(-MOST_POSITIONS)) {
    positions.push([key, readPosition(value) ?? FOREIGN]);
  }
  const base = Object.hasOwn(data, BASE) ? (readPosition(Reflect.get(data, BASE)) ?? FOREIGN) : null;
  // Not every client forgets: a script may send all that it was ever told.
  const isCut = entries.length > MOST_POSITIONS;
  if (base !== null) positions.push([BASE, isCut ? { ...base, forgot: true } : base]);
  return positions.length === 0 ? NONE : Object.fromEntries(positions);
}

function readPosition(data: unknown): Position | null {
  if (typeof data !== 'object' || data === null) return null;
  const position: Record<string, unknown> = { ...data };
  const { epoch, at: snapshot, ids, forgot } = position;
  if (typeof epoch !== 'string' || typeof snapshot !== 'string' || !Array.isArray(ids)) return null;
  const done = readProgress(position['done']);
  const failed = readFailed(position['failed']);
  return {
    ...{ epoch, snapshot, ids: ids.filter(isId).slice(0, MOST_IDS).map(String) },
    ...(done === null ? {} : { done }),
    ...(failed === null ? {} : { failed }),
    ...(forgot === true ? { forgot } : {}),
  };
}

/** Nothing else is made a text: objects from outside may have a `toString` that is no function. */
function isId(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function readProgress(data: unknown): Progress | null {
  if (typeof data !== 'object' || data === null) return null;
  const { read: upto, at }: { read?: unknown; at?: unknown } = data;
  const [txid, id] = typeof at === 'string' ? at.split(' ') : [];
  const isWhole = isLike(SNAPSHOT, upto) && isLike(NUMBER, txid) && isLike(NUMBER, id);
  return isWhole ? { upto, txid, id } : null;
}

function readFailed(data: unknown): Readonly<Record<string, number>> | null {
  if (typeof data !== 'object' || data === null) return null;
  const failed = Object.entries(data).filter(([, count]) => Number.isSafeInteger(count) && count > 0);
  return failed.length === 0 ? null : Object.fromEntries(failed.slice(0, MOST_FAILED));
}

function isLike(form: RegExp, value: unknown): value is string {
  return typeof value === 'string' && form.test(value);
}
