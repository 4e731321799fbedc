import { MOST_IDS, MOST_POSITIONS } from '../../../protocol/limits.ts';
import { BASE } from '../../../protocol/position.ts';

/** How far a read has been delivered that brought more than a page has done. */
export interface Progress {
  /** The snapshot up to which the read goes. */
  readonly upto: string;
  /** Of what it brought, everything up to that row is done, by transaction, then id. */
  readonly txid: string;
  readonly id: string;
}

/**
 * How far a page has read one channel with one adapter (mode `each`): everything that the snapshot sees, and the
 * messages listed besides. Kept by the page, so that any sidecar can go on from it.
 */
export interface Position {
  /** In which database, and at what time of its, the snapshot means something. */
  readonly epoch: string;
  /** Of the read before the one that brought the oldest unconfirmed message. */
  readonly snapshot: string;
  /** Messages confirmed since. */
  readonly ids: readonly string[];
  /** How far the read after the snapshot has been delivered: of a flood, a page may have all but the end. */
  readonly done?: Progress;
  /** How often the oldest messages that are not done have failed, by their ids. */
  readonly failed?: Readonly<Record<string, number>>;
  /** With {@link BASE}: the page kept more positions than it says, so what is not among them may be forgotten. */
  readonly forgot?: true;
}

/** Positions by the adapter, `<addon>.<Class>`, and the arguments of its `listen`, as JSON. */
export type Positions = Readonly<Record<string, Position>>;

/** Of more messages nobody says how often they failed: they fail one by one. */
export const MOST_FAILED = 20;

const SNAPSHOT = /^\d{1,19}:\d{1,19}:[\d,]{0,20000}$/;
const NUMBER = /^\d{1,18}$/;

/** Names what a page sent as its positions; null if it keeps none. What is no position is left out. */
export function readPositions(data: unknown): Positions | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
  const positions: [string, Position][] = [];
  const entries = Object.entries(data).filter(([key]) => key !== BASE);
  // The youngest come last.
  for (const [key, value] of entries.slice(-MOST_POSITIONS)) {
    const position = readPosition(value);
    if (position !== null) positions.push([key, position]);
  }
  const base = readPosition(Object.hasOwn(data, BASE) ? Reflect.get(data, BASE) : null);
  // Pages of before forget nothing by themselves, and send all that they have.
  const isCut = entries.length > MOST_POSITIONS;
  if (base !== null) positions.push([BASE, isCut ? { ...base, forgot: true } : base]);
  return Object.fromEntries(positions);
}

function readPosition(data: unknown): Position | null {
  if (typeof data !== 'object' || data === null) return null;
  const position: Record<string, unknown> = { ...data };
  const { epoch, snapshot, ids, forgot } = position;
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
  const { upto, txid, id }: { upto?: unknown; txid?: unknown; id?: unknown } = data;
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
