import type { BusSource, BusSourceEvents, Missed, Notification } from '../../bus/notification.ts';
import type { ConnectionPool } from '../connect/pool.ts';
import type { ReadStream } from '../read/read-stream.ts';
import { BusStream, type BusStreamOptions } from './bus-stream.ts';
import { MissedNotifications, type MissedOptions } from './missed-notifications.ts';
import { RecentFloor } from './recent-floor.ts';

/** What the bus of one database is read with, and whom it tells how it fares. Nothing here may throw. */
export interface PostgresBusOptions
  extends Pick<
    BusStreamOptions,
    'database' | 'wanted' | 'served' | 'incomplete' | 'failed' | 'worked' | 'refused'
  > {
  readonly pool: ConnectionPool;
  /** What pages missed is read so. */
  readonly missed: Pick<MissedOptions, 'failed' | 'worked'>;
  /** Reads at once. */
  wake(): void;
}

const NOBODY: BusSourceEvents = {
  read: () => undefined,
  hears: () => false,
  restarted: () => undefined,
};

/** Odoo's bus in one database: its rows as they are committed, and what pages missed of them. */
export class PostgresBus implements BusSource {
  readonly #wake: () => void;
  readonly #stream: BusStream;
  readonly #missed: MissedNotifications;
  readonly #floor = new RecentFloor();
  #events = NOBODY;
  #stopped = false;

  constructor(options: PostgresBusOptions) {
    const { pool, missed, refused, wake } = options;
    this.#wake = wake;
    this.#missed = new MissedNotifications({ ...missed, pool, floor: this.#floor, refused });
    this.#stream = new BusStream({
      ...options,
      events: {
        read: (read) => this.#events.read(read),
        hears: (channel) => this.#events.hears(channel),
        restarted: () => this.#restarted(),
      },
      whole: (snapshot) => this.#floor.note(snapshot),
    });
  }

  /** For the one connection that reads. */
  get stream(): ReadStream {
    return this.#stream;
  }

  get position(): string {
    return this.#stream.position?.text ?? '';
  }

  get ready(): boolean {
    return this.#stream.position !== null;
  }

  listen(events: BusSourceEvents): void {
    this.#events = events;
  }

  fresh(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    const read = this.#stream.fresh();
    this.#wake();
    return read;
  }

  missed(missed: Missed, upto: string): Promise<readonly Notification[]> {
    return this.#missed.read(missed, upto);
  }

  /** The addon was installed, updated or uninstalled. */
  lookAgain(): void {
    this.#stream.lookAgain();
    this.#wake();
  }

  /** Reads nothing more. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#missed.stop();
  }

  #restarted(): void {
    this.#floor.clear();
    this.#missed.restart();
    this.#events.restarted();
  }
}
