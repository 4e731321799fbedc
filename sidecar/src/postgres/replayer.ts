import type pg from 'pg';
import type { MessageLog } from '../delivery/message-log.ts';
import type { Position } from '../delivery/position.ts';
import { placeReplay, type ReplayResult } from '../delivery/replay.ts';
import { Snapshot } from '../delivery/snapshot.ts';
import { toArrivals } from './message-row.ts';
import { MOST_MISSED, ReplayTable } from './replay-table.ts';

/** What a replayer needs of its database. */
export interface ReplayerOptions {
  readonly pool: pg.Pool;
  readonly log: MessageLog;
  /** In which positions mean something now. */
  epoch(): string;
  /** Resolves when everything that is committed now has been read into the log. */
  readNow(): Promise<void>;
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
    const { log, epoch, readNow } = this.#options;
    // Another sidecar may have shown this page more than has been read here.
    await readNow();
    if (position.epoch !== epoch()) return { gap: 'epoch' };
    const { head } = log;
    const snapshot = Snapshot.parse(position.snapshot);
    const read = Snapshot.parse(log.snapshot);
    if (snapshot === null || read === null || !read.includes(snapshot)) return { gap: 'position' };
    const known = log.since(channel, snapshot);
    if (known !== null) return { replay: placeReplay(log, head, position, known), head };
    const mark = log.read;
    const { whole, rows } = await this.#table.read(channel, position.snapshot);
    if (position.epoch !== epoch()) return { gap: 'epoch' };
    if (!whole) return { gap: 'retention' };
    if (rows.length > MOST_MISSED) return { gap: 'overflow' };
    // What was committed meanwhile comes by the live log.
    const missed = rows.filter(({ txid }) => read.sees(BigInt(txid)));
    return {
      replay: placeReplay(
        { read: mark },
        head,
        position,
        toArrivals(missed, () => undefined),
      ),
      head,
    };
  }
}
