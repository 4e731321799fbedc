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
}

/** Positions by the adapter, `<addon>.<Class>`, and the arguments of its `listen`, as JSON. */
export type Positions = Readonly<Record<string, Position>>;

/** The key of the position from which adapters start that have none of their own. */
export const BASE = '*';

/** More confirmed messages behind an unconfirmed one are not told to the page: it may then see them again. */
export const MOST_IDS = 1_000;

/** A page that listens with more different arguments than this may miss what came between two of its handlers. */
export const MOST_POSITIONS = 200;

/** Names what a page sent as its positions; null if it keeps none. What is no position is left out. */
export function readPositions(data: unknown): Positions | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
  const positions: [string, Position][] = [];
  for (const [key, value] of Object.entries(data).slice(0, MOST_POSITIONS)) {
    const position = readPosition(value);
    if (position !== null) positions.push([key, position]);
  }
  return Object.fromEntries(positions);
}

function readPosition(data: unknown): Position | null {
  if (typeof data !== 'object' || data === null) return null;
  const { epoch, snapshot, ids }: { epoch?: unknown; snapshot?: unknown; ids?: unknown } = data;
  if (typeof epoch !== 'string' || typeof snapshot !== 'string' || !Array.isArray(ids)) return null;
  return { epoch, snapshot, ids: ids.slice(0, MOST_IDS).map(String) };
}
