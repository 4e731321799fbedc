import type pg from 'pg';
import type { Part } from '../../delivery/arrival.ts';
import type { CommitTime } from '../../delivery/commit-time.ts';
import { type Interval, START } from '../../delivery/interval.ts';
import { CommitClock } from './commit-clock.ts';
import { isFew, readFew } from './few-messages.ts';
import { currentSnapshot, type ReadPart, readChannel, readNew } from './message-reader.ts';
import type { MessageRow } from './message-row.ts';
import type { ReadStream, Round } from './read-stream.ts';

/** What was read together, and where it belongs. */
export interface ReadPage extends Part {
  /** By transaction, then id. */
  readonly rows: readonly MessageRow[];
  readonly committed: CommitTime;
}

/** What a stream reports. Nothing here may throw. */
export interface StreamEvents {
  /** It begins at that snapshot: nothing before it will be read. */
  begin(snapshot: string): void;
  /** Called after each read, also if it brought nothing. */
  read(page: ReadPage): void;
  /** The channels that somebody may listen to: in a flood, others are not read on. */
  heard(): readonly string[];
}

/** What one round brought. */
interface MessageRound extends Round {
  /** Up to which everything is read, but for channels that are behind: with them, the next round is due at once. */
  readonly snapshot: string;
}

/** One channel that is read alone, up to the snapshot of the read with that number. */
interface Lane extends Interval {
  readonly number: number;
  /** When what it reads was committed … */
  readonly committed: CommitTime;
  /** … and what it reads next. */
  readonly next: CommitTime;
}

interface Asker {
  readonly channel: string;
  resolve(): void;
}

/**
 * Reads the messages of one database in rounds, over whatever connection there is: each once, and each channel's in order.
 *
 * Usually a round is one statement, which reads all that is new. If there is more than one part of it, a flood, then
 * each channel that is heard goes on alone: a round is then a part for each of those that are behind, and what is
 * new for the others. So a flood of a million messages delays those of other channels by one part.
 */
export class MessageStream implements ReadStream {
  readonly #events: StreamEvents;
  readonly #lanes = new Map<string, Lane>();
  #snapshot: string | null;
  #base = '0';
  /** The last read brought no more than a few messages: the next one will do so, too. */
  #isQuiet = true;
  #begun = false;
  /** Counts the reads of what is new. */
  #number = 0;
  readonly #clock = new CommitClock();
  /** When what the next read brings was committed. */
  #next: CommitTime = { after: Number.NEGATIVE_INFINITY };
  #askers: Asker[] = [];
  /** They wait for their channel, which is behind, to come to where the read with that number ended. */
  #waiting: (Asker & { readonly number: number })[] = [];

  /** @param since a snapshot to go on from; null starts with what commits from now on */
  constructor(events: StreamEvents, since: string | null) {
    this.#events = events;
    this.#snapshot = since;
  }

  /** Resolves when everything of that channel that is committed now has been read. Many who ask at once share one read. */
  readNow(channel: string): Promise<void> {
    return new Promise((resolve) => this.#askers.push({ channel, resolve }));
  }

  /** Answers all who ask: nothing will be read any more. */
  end(): void {
    for (const { resolve } of [...this.#askers.splice(0), ...this.#waiting.splice(0)]) resolve();
  }

  /** Forgets where it was: the next `begin` starts with what commits from then on. */
  restart(): void {
    this.#snapshot = null;
    this.#lanes.clear();
    this.#begun = false;
    // What they asked for is of a database that is there no more: the next read answers them.
    this.#askers.push(...this.#waiting.splice(0));
  }

  /**
   * To be called on each new connection.
   * @param base what the column txid is above the number of a transaction
   */
  async begin(client: pg.ClientBase, base: string): Promise<void> {
    this.#base = base;
    if (this.#snapshot === null) {
      this.#clock.begin(performance.now());
      this.#snapshot = await currentSnapshot(client);
    }
    if (!this.#begun) this.#events.begin(this.#snapshot);
    this.#begun = true;
  }

  /** Reads once. If it fails, the next round goes on where each channel was. */
  async round(client: pg.ClientBase): Promise<MessageRound> {
    for (const [channel, lane] of [...this.#lanes]) await this.#readLane(client, channel, lane);
    const since = this.#snapshot ?? (await currentSnapshot(client));
    const askers = this.#askers.splice(0);
    try {
      const commits = await this.#readNew(client, since);
      for (const { channel, resolve } of askers) {
        if (this.#lanes.has(channel)) this.#waiting.push({ channel, resolve, number: this.#number });
        else resolve();
      }
      return { snapshot: this.#snapshot ?? since, commits, behind: this.#lanes.size > 0 };
    } catch (error) {
      this.#askers.unshift(...askers);
      throw error;
    }
  }

  /** @returns how many transactions it brought */
  async #readNew(client: pg.ClientBase, since: string): Promise<number> {
    const start = performance.now();
    const { snapshot, rows, commits, end, clock } = await this.#readPart(client, since);
    const committed = this.#clock.read(start, rows, clock);
    const next = { after: start };
    this.#next = next;
    this.#number += 1;
    this.#snapshot = snapshot;
    const heard = end === null ? [] : this.#events.heard();
    for (const channel of heard) {
      if (end === null || this.#lanes.has(channel)) continue;
      const lane = { since, upto: snapshot, number: this.#number, after: end };
      this.#lanes.set(channel, { ...lane, committed, next });
    }
    this.#events.read({ channel: null, snapshot, rows, last: end === null, heard, committed });
    return commits;
  }

  async #readPart(client: pg.ClientBase, since: string): Promise<ReadPart> {
    const wasQuiet = this.#isQuiet && this.#lanes.size === 0;
    // Also if it fails: what took too long would take as long again.
    this.#isQuiet = false;
    const few = wasQuiet ? await readFew(client, since, this.#base) : null;
    const part = few ?? (await readNew(client, since, [...this.#lanes.keys()], this.#base));
    // Large messages may be few, and yet were not read so.
    this.#isQuiet = isFew(since, part) && (few !== null || !wasQuiet);
    return part;
  }

  async #readLane(client: pg.ClientBase, channel: string, lane: Lane): Promise<void> {
    const { rows, end } = await readChannel(client, channel, lane, this.#base);
    if (end !== null) this.#lanes.set(channel, { ...lane, after: end });
    else if (lane.upto === this.#snapshot || this.#snapshot === null) this.#lanes.delete(channel);
    else {
      this.#lanes.set(channel, {
        since: lane.upto,
        upto: this.#snapshot,
        number: this.#number,
        after: START,
        committed: lane.next,
        next: this.#next,
      });
    }
    const { upto, committed } = lane;
    this.#events.read({ channel, snapshot: upto, rows, last: end === null, heard: [], committed });
    if (end === null) this.#answer(channel, this.#lanes.has(channel) ? lane.number : this.#number);
  }

  /** That channel has been read up to where the read with that number ended. */
  #answer(channel: string, number: number): void {
    const isDone = (asker: Asker & { readonly number: number }) =>
      asker.channel === channel && asker.number <= number;
    const done = this.#waiting.filter(isDone);
    this.#waiting = this.#waiting.filter((asker) => !isDone(asker));
    for (const { resolve } of done) resolve();
  }
}
