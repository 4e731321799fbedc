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

/** The positions of one namespace, in the page's memory: a reload starts fresh. */
export class Positions {
  readonly #kept = new Map<string, { position: Position; arrival: number }>();
  #arrivals = 0;

  /** Numbers a packet at its arrival, for `keep`. */
  arrived(): number {
    this.#arrivals += 1;
    return this.#arrivals;
  }

  /** Keeps positions, unless those of a later packet are kept already: a slow handler must not turn back the clock. */
  keep(positions: PositionMap, arrival: number): void {
    for (const [adapter, position] of Object.entries(positions)) {
      const known = this.#kept.get(adapter);
      if (!known || known.arrival < arrival) this.#kept.set(adapter, { position, arrival });
    }
  }

  /** What a handshake tells the server. Never undefined: an empty object says that this client keeps positions. */
  toJSON(): PositionMap {
    return Object.fromEntries([...this.#kept].map(([adapter, { position }]) => [adapter, position]));
  }
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
