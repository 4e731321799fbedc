import type { SidecarError } from '../../api/sidecar-error.ts';
import type { Missed, Notification } from '../../bus/notification.ts';
import { BackOff } from '../../lib/back-off.ts';
import { Sleep } from '../../lib/sleep.ts';
import type { ConnectionPool } from '../connect/pool.ts';
import { byIndex } from '../read/unseen.ts';
import { insertMarks } from './bus-mark.ts';
import { BusPosition } from './bus-position.ts';
import type { MissedRow } from './bus-row.ts';
import { floorsOf, MissedAnswers, type MissedQuestion, toReceived } from './missed-answer.ts';
import { readLastRows, readMissedRows } from './missed-table.ts';
import type { Received } from './received.ts';
import type { RecentFloor } from './recent-floor.ts';

/** Questions that are answered together. */
const MOST = 1_000;

/** What is missed is read with this. Nothing here may throw. */
export interface MissedOptions {
  readonly pool: ConnectionPool;
  readonly floor: RecentFloor;
  /** It is tried again. */
  failed(error: unknown): void;
  worked(): void;
  /** A row is no notification. */
  refused(error: SidecarError): void;
}

interface Asker extends MissedQuestion {
  resolve(notifications: readonly Notification[]): void;
}

interface Answered {
  readonly asker: Asker;
  readonly notifications: readonly Notification[];
  readonly needsMark: boolean;
}

/**
 * Reads what sockets missed. All who ask in one turn of the event loop, or while others are answered, are answered
 * together: after an outage a thousand come at once, and mostly missed the same.
 */
export class MissedNotifications {
  readonly #options: MissedOptions;
  readonly #backOff = new BackOff(100, 2_000);
  #waiting: Asker[] = [];
  #asking: readonly Asker[] = [];
  #isRunning = false;
  #sleep: Sleep | null = null;
  #stopped = false;
  /** Fewer after a failure, so that one question that fails does not keep the answers of all others. */
  #most = MOST;

  constructor(options: MissedOptions) {
    this.#options = options;
  }

  /** See `BusSource`. @param upto text of a position */
  read(missed: Missed, upto: string): Promise<readonly Notification[]> {
    const position = BusPosition.parse(upto);
    if (this.#stopped || position === null || missed.channels.size === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      this.#waiting.push({ missed, upto: position, resolve });
      if (this.#isRunning) return;
      this.#isRunning = true;
      setImmediate(() => void this.#run());
    });
  }

  /** Answers all who wait with nothing: they have to come back. */
  restart(): void {
    for (const { resolve } of [...this.#asking, ...this.#waiting.splice(0)]) resolve([]);
    this.#asking = [];
    this.#sleep?.end();
  }

  /** Answers nobody any more. A statement that is under way ends with the pool. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.restart();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#asking = this.#waiting.splice(0, this.#most);
      try {
        const answered = await this.#answer(this.#asking);
        for (const { asker, notifications } of answered) asker.resolve(notifications);
        this.#most = Math.min(this.#most * 2, MOST);
        this.#backOff.reset();
        this.#options.worked();
      } catch (error) {
        if (this.#stopped) return;
        this.#options.failed(error);
        if (this.#asking.length > 1) this.#waiting.unshift(...this.#asking);
        else this.#waiting.push(...this.#asking);
        this.#most = Math.ceil(this.#asking.length / 2) || 1;
        if (this.#waiting.length > 0) await this.#pause();
      }
      this.#asking = [];
    }
    this.#isRunning = false;
  }

  async #pause(): Promise<void> {
    this.#sleep = new Sleep(this.#backOff.next());
    await this.#sleep.over;
    this.#sleep = null;
  }

  async #answer(askers: readonly Asker[]): Promise<readonly Answered[]> {
    const answered = await this.#read(askers);
    const positions = new Map<string, BusPosition>();
    for (const { asker, needsMark } of answered) if (needsMark) positions.set(asker.upto.text, asker.upto);
    if (positions.size === 0) return answered;
    const marks = await insertMarks(this.#options.pool, [...positions.values()]);
    const marked = new Map([...positions.keys()].map((text, index) => [text, marks[index]]));
    return answered.map((answer) => {
      const mark = answer.needsMark ? marked.get(answer.asker.upto.text) : undefined;
      return mark === undefined ? answer : { ...answer, notifications: [...answer.notifications, mark] };
    });
  }

  async #read(askers: readonly Asker[]): Promise<readonly Answered[]> {
    const { pool, floor, refused } = this.#options;
    const client = await pool.connect();
    let isBroken = true;
    try {
      await client.query('BEGIN READ ONLY');
      await client.query(byIndex(true));
      const ids = [...new Set(askers.map(({ missed }) => missed.last))];
      const last = await readLastRows(client, ids.filter(Number.isSafeInteger));
      const received = new Map(ids.map((id): [number, Received] => [id, toReceived(id, last, floor.txid)]));
      const answered: Answered[] = [];
      // First visits by themselves: with others, a channel would be read as far back as these ask for, or all of it.
      for (const isFirst of [true, false]) {
        const some = askers.filter(({ missed }) => received.get(missed.last)?.floor.isRecent === isFirst);
        if (some.length === 0) continue;
        const rows = await readMissedRows(client, floorsOf(some, received), last.hasOld);
        answered.push(...answerAll(some, received, rows, refused));
      }
      await client.query('COMMIT');
      isBroken = false;
      return answered;
    } finally {
      client.release(isBroken);
    }
  }
}

function answerAll(
  askers: readonly Asker[],
  receivedBy: ReadonlyMap<number, Received>,
  rows: ReadonlyMap<string, readonly MissedRow[]>,
  refuse: (error: SidecarError) => void,
): Answered[] {
  const answers = new MissedAnswers(rows, refuse);
  return askers.flatMap((asker) => {
    const received = receivedBy.get(asker.missed.last);
    return received === undefined ? [] : [{ asker, ...answers.answer(asker, received) }];
  });
}
