import { MOST_IDS, MOST_POSITIONS, POSITION_CHARACTERS } from '../../../../sidecar/protocol/limits.ts';
import {
  BASE,
  type PagePosition,
  type PagePositions,
  type Progress,
} from '../../../../sidecar/protocol/position.ts';

/** Reads positions from data of the network; what is not a position is left out. */
export function readPositions(data: unknown): PagePositions {
  if (!isRecord(data)) return {};
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, PagePosition] => isPosition(entry[1])),
  );
}

/** What a page sends that was connected before and was never told where: the server answers it with a resync. */
const NOWHERE: PagePosition = { epoch: '', at: '', rank: '', ids: [] };

/**
 * The positions of one namespace, in the page's memory: a reload starts fresh.
 *
 * Each position that was kept is true for good, so two of them are true together, in whatever order the handlers of
 * their packets have ended.
 */
export class Positions {
  readonly #kept = new Map<string, PagePosition>();
  #epoch: string | undefined;
  #forgot = false;
  #wasConnected = false;

  /** The namespace is connected: from here on nothing may be missed. */
  connected(): void {
    this.#wasConnected = true;
  }

  /** The server says where the page is. If that is in another epoch, what was kept before means nothing any more. */
  enter(positions: PagePositions): void {
    const [first] = Object.values(positions);
    if (first) this.#epoch = first.epoch;
    for (const [adapter, { epoch }] of this.#kept) if (epoch !== this.#epoch) this.#kept.delete(adapter);
    this.keep(positions);
  }

  /** Keeps positions, each together with the one that is kept already; but none of an epoch that is over. */
  keep(positions: PagePositions): void {
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
  toJSON(): PagePositions {
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
 * What two positions say together: the later mark, and all ids. Of two places in the same read behind the
 * same mark the later counts; the rest is what the later position says, which is true on its own. Another epoch replaces the one before.
 */
function unite(known: PagePosition | undefined, position: PagePosition): PagePosition {
  if (!known || known.epoch !== position.epoch) return position;
  const later = known.rank > position.rank ? known : position;
  const isSame = known.rank === position.rank;
  const ids = [...new Set([...known.ids, ...position.ids])].slice(-MOST_IDS);
  const { done } = known;
  return isSame && done && isBehind(done, position.done) ? { ...later, ids, done } : { ...later, ids };
}

/** Does one place of a read lie behind another of the same? */
function isBehind(one: Progress, other: Progress | undefined): boolean {
  return !other || (one.read === other.read && one.rank > other.rank);
}

function isPosition(data: unknown): data is PagePosition {
  if (!isRecord(data)) return false;
  const { epoch, at, rank, ids, done } = data;
  const isText = (value: unknown) => typeof value === 'string';
  if (![epoch, at, rank].every(isText) || !Array.isArray(ids) || !ids.every(isText)) return false;
  return done === undefined || (isRecord(done) && [done['read'], done['at'], done['rank']].every(isText));
}

export function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
