import type pg from 'pg';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { BusSourceEvents, Notification } from '../../bus/notification.ts';
import { Snapshot } from '../../delivery/each/log/snapshot.ts';
import type { Place } from '../../delivery/interval.ts';
import { BackOff } from '../../lib/back-off.ts';
import { isStatementError } from '../connect/statement-error.ts';
import { currentSnapshot } from '../read/message-reader.ts';
import type { ReadStream, Round } from '../read/read-stream.ts';
import { BusBatch } from './bus-batch.ts';
import { insertMarks, MARK_END } from './bus-mark.ts';
import { BusPosition } from './bus-position.ts';
import { type BusPart, readNewRows, readNextRows } from './bus-reader.ts';
import { prepareBus } from './bus-schema.ts';

const RETRY_FIRST_MS = 500;
const RETRY_LAST_MS = 3_000;
/** The addon's part of the database, or the table itself, is not there: by our name or by PostgreSQL's. */
const MISSING: ReadonlySet<unknown> = new Set(['schema_incomplete', '42703', '42883', '42P01']);
const NOTHING: Round = { commits: 0, behind: false };

/** What a stream is read with, and whom it tells how it fares. Nothing here may throw. */
export interface BusStreamOptions {
  readonly database: string;
  readonly events: BusSourceEvents;
  /** Is web_socketio_bus installed? */
  wanted(): boolean;
  /** Everything up to that snapshot has been read. */
  whole(snapshot: Snapshot): void;
  /** The bus is read from now on, or no more, because the addon is not there. Told again and again. */
  served(isServed: boolean): void;
  /** What the addon makes is not there: it may just be going, or coming. */
  incomplete(): void;
  /** It cannot be read; it is tried again. Messages are read meanwhile. */
  failed(error: unknown): void;
  /** It was read, perhaps after it had failed. */
  worked(): void;
  /** A row is no notification. */
  refused(error: SidecarError): void;
}

/** Between two reads. */
interface State {
  readonly position: BusPosition;
  /** Everything up to it was read. */
  readonly since: string;
  /** A flood is read on from there. */
  readonly flood: { readonly upto: string; readonly after: Place } | null;
  /** The youngest transaction of earlier reads. */
  readonly highest: bigint;
}

/**
 * Reads bus_bus, as {@link MessageStream} reads the messages: by snapshot, each row once, whatever the order of commits. A
 * flood is read part by part, without lanes: it would take as long as that before any of its rows.
 */
export class BusStream implements ReadStream {
  readonly #options: BusStreamOptions;
  readonly #backOff = new BackOff(RETRY_FIRST_MS, RETRY_LAST_MS);
  #state: State | null = null;
  #isPrepared = false;
  #isFailing = false;
  /** What the addon makes was not there when it was last looked for. */
  #isIncomplete = false;
  #retryAt = Number.NEGATIVE_INFINITY;
  #askers: (() => void)[] = [];
  /** They wait for the end of the flood with which their read began. */
  #waiting: (() => void)[] = [];

  constructor(options: BusStreamOptions) {
    this.#options = options;
  }

  /** Null until it was begun. */
  get position(): BusPosition | null {
    return this.#state?.position ?? null;
  }

  /** Resolves right after a whole read that begins after this call, or when nothing is read any more. */
  fresh(): Promise<void> {
    if (!this.#options.wanted()) return Promise.resolve();
    return new Promise((resolve) => this.#askers.push(resolve));
  }

  async begin(): Promise<void> {
    this.lookAgain();
  }

  /** What of the addon is there may have changed. */
  lookAgain(): void {
    this.#isPrepared = false;
    this.#retryAt = Number.NEGATIVE_INFINITY;
  }

  async round(client: pg.ClientBase): Promise<Round> {
    if (!this.#options.wanted()) {
      this.#leave();
      this.#options.served(false);
      return NOTHING;
    }
    if (performance.now() < this.#retryAt) return NOTHING;
    try {
      if (!this.#isPrepared) await prepareBus(client, this.#options.database);
      this.#isPrepared = true;
      this.#state ??= await begin(client);
      this.#options.served(true);
      const round = await this.#read(client, this.#state);
      this.#succeed();
      return round;
    } catch (error) {
      if (!isOwnFailure(error)) throw error;
      this.#fail(error);
      return NOTHING;
    }
  }

  restart(): void {
    this.#leave();
  }

  end(): void {
    for (const resolve of [...this.#askers.splice(0), ...this.#waiting.splice(0)]) resolve();
  }

  async #read(client: pg.ClientBase, state: State): Promise<Round> {
    const { since, flood } = state;
    if (flood === null) this.#waiting.push(...this.#askers.splice(0));
    const part =
      flood === null ? await readNewRows(client, since) : await readNextRows(client, { since, ...flood });
    const batch = toBatch(part, state);
    let mark: Notification | null = null;
    // Written before anything of its rows is sent: what is sent with it may be the last that a browser ever gets.
    while (mark === null && batch.needsMark(this.#hears))
      [mark = null] = await insertMarks(client, [batch.position]);
    // Nothing is waited for from here on: who enters meanwhile does so at a position whose rows would not be told.
    this.#state = after(part, state, batch.position);
    const read = batch.read(this.#hears, mark, (error) => this.#options.refused(error));
    if (read.notifications.length > 0) this.#options.events.read(read);
    const { whole } = batch.position;
    if (whole !== null) {
      this.#options.whole(whole);
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
    return { commits: batch.commits, behind: part.end !== null };
  }

  readonly #hears = (channel: string) => this.#options.events.hears(channel);

  #fail(error: unknown): void {
    this.#isPrepared = false;
    this.#retryAt = performance.now() + this.#backOff.next();
    const isMissing = MISSING.has(codeOf(error));
    if (isMissing) {
      // Nobody would know else that nothing comes any more.
      this.#forget();
      this.#options.served(false);
      this.#options.incomplete();
    }
    // While the addon is uninstalled, its column goes before it is said to be gone: by the next round, that is known.
    if (!isMissing || this.#isIncomplete) {
      this.#isFailing = true;
      this.#options.failed(error);
    }
    this.#isIncomplete = isMissing;
  }

  #succeed(): void {
    this.#backOff.reset();
    this.#isIncomplete = false;
    if (this.#isFailing) this.#options.worked();
    this.#isFailing = false;
  }

  /** Nothing is read any more, or from the beginning. */
  #leave(): void {
    this.lookAgain();
    this.#succeed();
    this.#forget();
  }

  #forget(): void {
    this.end();
    if (this.#state === null) return;
    this.#state = null;
    this.#options.events.restarted();
  }
}

async function begin(client: pg.ClientBase): Promise<State> {
  const since = await currentSnapshot(client);
  const position = BusPosition.of(since, since, null);
  // What is younger may have been read before by another sidecar, for browsers that come from there.
  return { position, since, flood: null, highest: position.xmax - 1n };
}

function toBatch({ rows, snapshot, end }: BusPart, { since, highest }: State): BusBatch {
  const position =
    end === null ? BusPosition.of(snapshot, snapshot, null) : BusPosition.of(since, snapshot, end);
  const xmin = Snapshot.parse(snapshot)?.xmin ?? 0n;
  const notifications = rows.filter(({ channel }) => channel?.endsWith(MARK_END) !== true);
  return new BusBatch(notifications, position, xmin, highest);
}

function after({ rows, snapshot, end }: BusPart, state: State, position: BusPosition): State {
  if (end !== null) return { ...state, position, flood: { upto: snapshot, after: end } };
  // Of marks, too: looking for them here would cost more than a mark now and then.
  const youngest = BigInt(rows.at(-1)?.txid ?? 0);
  const highest = youngest > state.highest ? youngest : state.highest;
  return { position, since: snapshot, flood: null, highest };
}

function isOwnFailure(error: unknown): boolean {
  return error instanceof SidecarError || isStatementError(error);
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
