import { randomUUID } from 'node:crypto';
import type { ChannelModes } from '../delivery/channel-modes.ts';
import { ChannelRates } from '../delivery/channel-rates.ts';
import type { Turns } from '../lib/turns.ts';
import type { ConnectionPool } from '../postgres/connect/pool.ts';
import {
  type StatusReport,
  type StatusUsers,
  stopStatus,
  writeStatus,
} from '../postgres/tables/status-table.ts';
import type { PartEvents } from './database-report.ts';

/** How often it is looked at whether something is to be written, in milliseconds. */
export const STATUS_MS = 5_000;
/** Where somebody is connected, that this sidecar lives is written so often, in milliseconds, and expected within seconds … */
const [BUSY_MS, BUSY_DUE] = [10_000, 30];
/** … and where nobody is, so often. Of many idle databases none keeps a connection for that, and not all do it at once. */
const [IDLE_MS, IDLE_DUE] = [60_000, 150];
/** Of the users nothing but latencies has changed: they are written so often. */
const LATENCY_MS = 30_000;
/** The table is missing, since the addon is older than the sidecar … */
const NOT_THERE = '42P01';
/** … or is not for this role: trying again every few seconds would not help … */
const NOT_OURS = '42501';
/** … but so often, in milliseconds: somebody may have granted it. */
const AGAIN_MS = 60_000;
/** So many channels are named, if no more have a reader. */
const MOST_CHANNELS = 200;

/** What of one database the status is made of. */
export interface StatusLook extends Omit<StatusReport, 'channels'> {
  readonly users: StatusUsers;
}

/** What it is made with. */
export interface DatabaseStatusOptions extends PartEvents {
  readonly pool: ConnectionPool;
  readonly modes: Pick<ChannelModes, 'heard' | 'get'>;
  /** Of all databases of this sidecar. */
  readonly turns: Turns;
  /** Of the sidecar. */
  readonly release: string;
}

/**
 * What the operator's screen in Odoo shows of this sidecar in one database: written when something has changed, and from
 * time to time to show that it lives. Nothing waits for it, and if it cannot be written nothing else is the worse for it.
 */
export class DatabaseStatus {
  readonly #options: DatabaseStatusOptions;
  /** Of its row alone: what credentials name is another one, and no user's to read. */
  readonly #id = randomUUID();
  #rates = new ChannelRates(60_000 / STATUS_MS);
  #writing: Promise<void> | null = null;
  #isStopped = false;
  #notBefore = Number.NEGATIVE_INFINITY;
  #report = '';
  #members = '';
  #wroteAt = Number.NEGATIVE_INFINITY;
  #wroteUsersAt = Number.NEGATIVE_INFINITY;
  #isWritten = false;

  constructor(options: DatabaseStatusOptions) {
    this.#options = options;
  }

  /** A message was read. */
  arrived(channel: string): void {
    this.#rates.count(channel);
  }

  /** The table may be there now: another database, or an updated addon. Nothing was counted while nothing was read. */
  tryAgain(): void {
    this.#rates = new ChannelRates(60_000 / STATUS_MS);
    this.#notBefore = Number.NEGATIVE_INFINITY;
    this.#wroteUsersAt = Number.NEGATIVE_INFINITY;
    this.#wroteAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * To be called every {@link STATUS_MS} while the database is read.
   * @param now by the monotonic clock, in milliseconds
   * @returns when it is written, for tests
   */
  tick(look: StatusLook, now = performance.now()): Promise<void> {
    const channels = this.#channels();
    if (this.#isStopped || now < this.#notBefore || this.#writing !== null) return Promise.resolve();
    const { users, ...rest } = look;
    const report = { ...rest, channels };
    const text = JSON.stringify(report);
    const members = [users.ids, users.webSockets, users.pollings].join(';');
    const isIdle = users.ids.length === 0 && (look.bus ?? 0) === 0;
    const hasOtherUsers =
      members !== this.#members || (!isIdle && now - this.#wroteUsersAt >= LATENCY_MS) || !this.#isWritten;
    const isDue = now - this.#wroteAt >= (isIdle ? IDLE_MS : BUSY_MS) - STATUS_MS / 2;
    if (!hasOtherUsers && text === this.#report && !isDue) return Promise.resolve();
    const isFirst = !this.#isWritten;
    this.#writing = this.#options.turns
      .take(() => this.#write(report, hasOtherUsers ? users : null, isIdle))
      .then(() => {
        this.#report = text;
        // All databases begin in the same moment: the second time comes after half a minute to a whole one, then each minute.
        this.#wroteAt = isIdle && isFirst ? now - (Math.random() * IDLE_MS) / 2 : now;
        if (!hasOtherUsers) return;
        this.#members = members;
        this.#wroteUsersAt = now;
      })
      .catch((error: unknown) => this.#failed(error, now))
      .finally(() => {
        this.#writing = null;
      });
    return this.#writing;
  }

  /** Says that it was stopped. May be called twice. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#writing;
    if (!this.#isWritten) return;
    this.#isWritten = false;
    // Without it the row says so by being old.
    await stopStatus(this.#options.pool, this.#id).catch(() => undefined);
  }

  async #write(report: StatusReport, users: StatusUsers | null, isIdle: boolean): Promise<void> {
    const { pool, release } = this.#options;
    const dueSeconds = isIdle ? IDLE_DUE : BUSY_DUE;
    await writeStatus(pool, this.#id, release, { report, users, dueSeconds, isIdle });
    this.#isWritten = true;
    this.#options.worked();
  }

  #failed(error: unknown, now: number): void {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    // The whole of it next time: nobody knows what is there.
    this.#isWritten = false;
    if (code === NOT_THERE || code === NOT_OURS) this.#notBefore = now + AGAIN_MS;
    if (code !== NOT_THERE) this.#options.failed(error);
  }

  #channels(): StatusReport['channels'] {
    const { modes } = this.#options;
    const rates = this.#rates.next();
    // All of these: the screen takes what is not named for a queue, and who deletes in one would delete what pages get.
    const heard = new Set(modes.heard);
    const others = [...rates.keys()].filter((name) => !heard.has(name)).sort();
    const names = [...heard, ...others.slice(0, Math.max(0, MOST_CHANNELS - heard.size))];
    return Object.fromEntries(
      names.sort().map((name) => [name, [modes.get(name) ?? null, rates.get(name) ?? 0] as const]),
    );
  }
}
