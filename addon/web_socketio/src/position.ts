import { MOST_IDS, MOST_POSITIONS, POSITION_CHARACTERS } from '../../../sidecar/protocol/limits.ts';
import { BASE } from '../../../sidecar/protocol/position.ts';

/** How far the read after the snapshot was delivered: a place in the order of transactions, then ids. */
export interface Progress {
  upto: string;
  txid: string;
  id: string;
}

/** How far a page has read with one adapter; made by the server, only kept and returned here. */
export interface Position {
  epoch: string;
  snapshot: string;
  ids: (number | string)[];
  done?: Progress;
  /** How often messages have failed, by id. */
  failed?: Record<string, number>;
  /** Of `*`: positions were forgotten, since there were too many. */
  forgot?: true;
}

/** Positions by adapter. */
export type PositionMap = Record<string, Position>;

/** Reads positions from data of the network; what is not a position is left out. */
export function readPositions(data: unknown): PositionMap {
  if (!isRecord(data)) return {};
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, Position] => isPosition(entry[1])),
  );
}

/** What a page sends that was connected before and was never told where: the server answers it with a resync. */
const NOWHERE: Position = { epoch: '', snapshot: '', ids: [] };

/**
 * The positions of one namespace, in the page's memory: a reload starts fresh.
 *
 * Each position that was kept is true for good, so two of them are true together, in whatever order the handlers of
 * their packets have ended.
 */
export class Positions {
  readonly #kept = new Map<string, Position>();
  #epoch: string | undefined;
  #forgot = false;
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
    if (positions[BASE]?.forgot) this.#forgot = true;
    for (const [adapter, position] of Object.entries(positions)) {
      if (this.#epoch === undefined || position.epoch === this.#epoch) {
        const known = this.#kept.get(adapter);
        // Behind the others: what was not used for long is the first to be forgotten.
        this.#kept.delete(adapter);
        this.#kept.set(adapter, unite(known, position));
      }
    }
    // And that from which all others start, which is never forgotten.
    while (this.#kept.size > MOST_POSITIONS + 1) this.#forgetOldest();
  }

  /** What a handshake tells the server. Never undefined: an empty object says that this client keeps positions. */
  toJSON(): PositionMap {
    if (this.#kept.size === 0 && this.#wasConnected) return { [BASE]: NOWHERE };
    const others = [...this.#kept].filter(([adapter]) => adapter !== BASE);
    const lengths = others.map((entry) => JSON.stringify(entry).length);
    let characters = lengths.reduce((total, length) => total + length, 0);
    while (characters > POSITION_CHARACTERS && lengths.length > 1) {
      this.#forgetOldest();
      characters -= lengths.shift() ?? 0;
    }
    const base = this.#kept.get(BASE) ?? NOWHERE;
    const positions = Object.fromEntries(this.#kept);
    return this.#forgot ? { ...positions, [BASE]: { ...base, forgot: true } } : positions;
  }

  #forgetOldest(): void {
    for (const adapter of this.#kept.keys()) {
      if (adapter === BASE) continue;
      this.#kept.delete(adapter);
      this.#forgot = true;
      return;
    }
  }
}

/**
 * What two positions say together: the later snapshot, and all ids. Of two places in the same read the later counts; the
 * rest is what the later position says, which is true by itself. Another epoch replaces the one before.
 */
function unite(known: Position | undefined, position: Position): Position {
  if (!known || known.epoch !== position.epoch) return position;
  const united: Position = { ...later(known, position) };
  if (known.ids.length > 0 || position.ids.length > 0) {
    united.ids = [...new Set([...known.ids, ...position.ids].map(String))].slice(-MOST_IDS);
  }
  if (known.snapshot === position.snapshot && known.done && isBehind(known.done, position.done))
    united.done = known.done;
  return united;
}

/** Does one place of a read lie behind another of the same? */
function isBehind(one: Progress, other: Progress | undefined): boolean {
  if (!other) return true;
  if (one.upto !== other.upto) return false;
  return (compare(one.txid, other.txid) || compare(one.id, other.id)) > 0;
}

/** Of two numbers as text, which may be larger than JavaScript's. */
function compare(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}

/** Of two snapshots `xmin:xmax:xip,…` of one server, the later has the larger xmax, or fewer transactions still open. */
function later(one: Position, other: Position): Position {
  const [, oneMax = '', oneOpen = ''] = one.snapshot.split(':');
  const [, otherMax = '', otherOpen = ''] = other.snapshot.split(':');
  const larger = compare(oneMax, otherMax);
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

export function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
