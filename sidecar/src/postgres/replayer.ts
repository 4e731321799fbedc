import type { MessageLog } from '../delivery/message-log.ts';
import type { Position } from '../delivery/position.ts';
import { placeReplay, type ReplayResult } from '../delivery/replay.ts';
import { Snapshot } from '../delivery/snapshot.ts';
import { toArrivals } from './message-row.ts';
import type { ConnectionPool } from './pool.ts';
import { ReplayTable } from './replay-table.ts';

/** What a replayer needs of its database. */
export interface ReplayerOptions {
  readonly pool: ConnectionPool;
  readonly log: MessageLog;
  /** In which positions mean something now. */
  epoch(): string;
  /** What the column txid is above the number of a transaction. */
  base(): string;
  /** Resolves when everything of that channel that is committed now has been read into the log. */
  readNow(channel: string): Promise<void>;
}

/** Finds out what a page missed: in the log if it reaches back far enough, else in the table. */
export class Replayer {
  readonly #options: ReplayerOptions;
  readonly #table: ReplayTable;

  constructor(options: ReplayerOptions) {
    this.#options = options;
    this.#table = new ReplayTable(options.pool);
  }

  /** Waits while PostgreSQL is away; rejects if it cannot be asked. */
  async replay(channel: string, position: Position): Promise<ReplayResult> {
    const { log, epoch, base, readNow } = this.#options;
    // Another sidecar may have shown this page more than has been read here.
    await readNow(channel);
    if (position.epoch !== epoch()) return { gap: 'epoch' };
    const standing = log.standing(channel);
    const { head } = standing;
    const snapshot = Snapshot.parse(position.snapshot);
    const read = Snapshot.parse(standing.snapshot);
    if (snapshot === null || read === null || !read.includes(snapshot)) return { gap: 'position' };
    // What stands behind that place comes by the live log, as does what is committed meanwhile.
    const known = log.since(channel, snapshot)?.filter(({ seq }) => seq <= head);
    if (known !== undefined) return { replay: placeReplay(standing, position, known), head };
    const missed = await this.#table.read(channel, position.snapshot, standing.snapshot, base());
    if (position.epoch !== epoch()) return { gap: 'epoch' };
    if ('gap' in missed) return missed;
    // A row that is no message was named when it was read, and is none for a page either.
    const arrivals = toArrivals(missed.rows, () => undefined);
    return { replay: placeReplay(standing, position, arrivals), head };
  }
}
