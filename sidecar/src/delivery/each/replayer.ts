import { type Interval, START } from '../interval.ts';
import type { MessageSource } from '../source.ts';
import type { MessageLog } from './log/message-log.ts';
import { Snapshot } from './log/snapshot.ts';
import type { Position } from './position.ts';
import { startOf } from './progress.ts';
import { type Missed, placeReplay, type ReplayResult } from './replay.ts';

/** For more messages than this there is no replay: the page loads its data faster. */
export const MOST_MISSED = 10_000;

/** Finds out what a page missed: in the log if that reaches back far enough, else from the source. */
export class Replayer {
  readonly #log: MessageLog;
  readonly #source: MessageSource;

  constructor(log: MessageLog, source: MessageSource) {
    this.#log = log;
    this.#source = source;
  }

  /** Waits while the source cannot be reached; rejects if it cannot be asked. */
  async replay(channel: string, position: Position): Promise<ReplayResult> {
    const source = this.#source;
    // Another sidecar may have shown this page more than has been read here.
    await source.readNow(channel);
    if (position.epoch !== source.epoch) return { gap: 'epoch' };
    const standing = this.#log.standing(channel);
    const { head } = standing;
    const snapshot = Snapshot.parse(position.snapshot);
    const read = Snapshot.parse(standing.snapshot);
    if (snapshot === null || read === null || !read.includes(snapshot)) return { gap: 'position' };
    // What stands behind that place comes by the live log, as does what is committed meanwhile.
    const known = this.#log.since(channel, snapshot)?.filter(({ seq }) => seq <= head);
    if (known !== undefined) {
      const missed = known.map((one) => within(one, snapshot));
      return { replay: placeReplay(standing, position, missed), head };
    }
    const missed: Missed[] = [];
    for (const interval of intervals(position, standing.snapshot)) {
      const stretch = await source.between({ channel, ...interval }, MOST_MISSED - missed.length);
      if (position.epoch !== source.epoch) return { gap: 'epoch' };
      if ('gap' in stretch) return stretch;
      const mark = { before: interval.since, after: interval.upto };
      for (const arrival of stretch.arrivals) missed.push({ ...arrival, read: mark });
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
