/** How far a page has read with one adapter; made by the server, only kept and returned here. */
export interface Position {
  epoch: string;
  snapshot: string;
  ids: (number | string)[];
}

/** Positions by adapter. */
export type PositionMap = Record<string, Position>;

/** An event's arguments, and the positions that came in the same packet. */
export interface Parcel {
  args: unknown[];
  positions: PositionMap | undefined;
}

/** Takes the positions off an event's arguments: a last argument whose only key is `$position`. */
export function splitPosition(args: unknown[]): Parcel {
  const last = args.at(-1);
  if (!isRecord(last) || Object.keys(last).join() !== '$position') return { args, positions: undefined };
  return { args: args.slice(0, -1), positions: readPositions(last['$position']) };
}

/** Reads positions from data of the network; what is not a position is left out. */
export function readPositions(data: unknown): PositionMap {
  if (!isRecord(data)) return {};
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, Position] => isPosition(entry[1])),
  );
}

/** What a page sends that was connected before and was never told where: the server answers it with a resync. */
const NOWHERE: Position = { epoch: '', snapshot: '', ids: [] };
/** As many ids as the server takes. */
const MOST_IDS = 1_000;

/**
 * The positions of one namespace, in the page's memory: a reload starts fresh.
 *
 * Each position that was kept is true for good, so two of them are true together, in whatever order the handlers of
 * their packets have ended.
 */
export class Positions {
  readonly #kept = new Map<string, Position>();
  #epoch: string | undefined;
  #wasConnected = false;

  /** The namespace is connected: from here on nothing may be missed. */
  connected(): void {
    this.#wasConnected = true;
  }

  /** The server says where the page is. If that is in another epoch, what was kept before means nothing any more. */
  enter(positions: PositionMap): void {
    const [first] = Object.values(positions);
    if (first) this.#epoch = first.epoch;
    for (const [adapter, { epoch }] of this.#kept) if (epoch !== this.#epoch) this.#kept.delete(adapter);
    this.keep(positions);
  }

  /** Keeps positions, each together with the one that is kept already; but none of an epoch that is over. */
  keep(positions: PositionMap): void {
    for (const [adapter, position] of Object.entries(positions)) {
      if (this.#epoch === undefined || position.epoch === this.#epoch) {
        this.#kept.set(adapter, unite(this.#kept.get(adapter), position));
      }
    }
  }

  /** What a handshake tells the server. Never undefined: an empty object says that this client keeps positions. */
  toJSON(): PositionMap {
    if (this.#kept.size === 0 && this.#wasConnected) return { '*': NOWHERE };
    return Object.fromEntries(this.#kept);
  }
}

/** What two positions say together: the later snapshot, and all ids. Another epoch replaces the one before. */
function unite(known: Position | undefined, position: Position): Position {
  if (!known || known.epoch !== position.epoch) return position;
  if (known.ids.length === 0 && position.ids.length === 0) return later(known, position);
  const ids = [...new Set([...known.ids, ...position.ids].map(String))].slice(-MOST_IDS);
  return { ...later(known, position), ids };
}

/** Of two snapshots `xmin:xmax:xip,…` of one server, the later has the larger xmax, or fewer transactions still open. */
function later(one: Position, other: Position): Position {
  const [, oneMax = '', oneOpen = ''] = one.snapshot.split(':');
  const [, otherMax = '', otherOpen = ''] = other.snapshot.split(':');
  const larger = oneMax.length - otherMax.length || (oneMax < otherMax ? -1 : Number(oneMax > otherMax));
  if (larger !== 0) return larger > 0 ? one : other;
  return count(oneOpen) < count(otherOpen) ? one : other;
}

function count(list: string): number {
  return list === '' ? 0 : list.split(',').length;
}

function isPosition(data: unknown): data is Position {
  if (!isRecord(data)) return false;
  const { epoch, snapshot, ids } = data;
  const isId = (id: unknown) => typeof id === 'number' || typeof id === 'string';
  return typeof epoch === 'string' && typeof snapshot === 'string' && Array.isArray(ids) && ids.every(isId);
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
