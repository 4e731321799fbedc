import type { MessageLog } from '../../delivery/each/message-log.ts';
import type { Position } from '../../delivery/each/position.ts';
import { startOf } from '../../delivery/each/progress.ts';
import { type Missed, placeReplay, type ReplayResult } from '../../delivery/each/replay.ts';
import { Snapshot } from '../../delivery/each/snapshot.ts';
import type { ConnectionPool } from '../connect/pool.ts';
import type { Interval } from './message-reader.ts';
import { toArrivals } from './message-row.ts';
import { MOST_MISSED, ReplayTable } from './replay-table.ts';
import { START } from './unseen.ts';

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
    if (known !== undefined) {
      return {
        replay: placeReplay(
          standing,
          position,
          known.map((one) => within(one, snapshot)),
        ),
        head,
      };
    }
    const missed: Missed[] = [];
    for (const { since, upto, after } of intervals(position, standing.snapshot)) {
      const part = await this.#table.read(
        { channel, since, upto, after },
        base(),
        MOST_MISSED - missed.length,
      );
      if (position.epoch !== epoch()) return { gap: 'epoch' };
      if ('gap' in part) return part;
      // A row that is no message was named when it was read, and is none for a page either.
      const mark = { before: since, after: upto };
      for (const arrival of toArrivals(part.rows, () => undefined)) missed.push({ ...arrival, read: mark });
    }
    return { replay: placeReplay(standing, position, missed), head };
  }
}

/** The same, of a read that does not begin before what the page had. */
function within(missed: Missed, snapshot: Snapshot): Missed {
  const { before, after } = missed.read;
  const its = Snapshot.parse(before);
  return its !== null && snapshot.includes(its)
    ? { ...missed, read: { before: snapshot.text, after } }
    : missed;
}

/** What to read: the rest of the read that was under way, then what follows. */
function intervals({ snapshot, done }: Position, upto: string): Interval[] {
  const [end, its] = [Snapshot.parse(upto), done === undefined ? null : Snapshot.parse(done.upto)];
  if (done === undefined || its === null || end?.includes(its) !== true) {
    return [{ since: snapshot, upto, after: START }];
  }
  return [
    { since: snapshot, upto: done.upto, after: startOf(done) },
    { since: done.upto, upto, after: START },
  ];
}
