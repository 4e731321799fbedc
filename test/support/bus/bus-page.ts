import type { BusSource, Notification } from '../../../sidecar/src/bus/notification.ts';

/** What a page connects to. */
interface Place {
  readonly bus: BusSource;
  enter(page: BusPage): void;
  leave(page: BusPage): void;
}

/**
 * A page with Odoo's worker: it says the id of the last notification of the last frame when it comes back. It is connected
 * to a reading as a socket of the sidecar is, without a network between.
 */
export class BusPage {
  channels: ReadonlySet<string> = new Set();
  last = 0;
  /** What it got, marks excepted. */
  readonly received: Notification[] = [];
  #reading: Place | null = null;
  /** What came while what it missed is read. */
  #kept: (readonly Notification[])[] | null = null;
  /** Of the present connection. */
  #connection = 0;

  /** Connects, and resolves when what it missed has come, or it has left. */
  async join(reading: Place, channels: ReadonlySet<string>): Promise<void> {
    this.leave();
    this.#reading = reading;
    await this.#subscribe(reading, channels, false);
  }

  /** Subscribes once more, with more channels. */
  async add(channel: string): Promise<void> {
    if (this.#reading === null) throw new Error('It is not connected');
    await this.#subscribe(this.#reading, new Set([...this.channels, channel]), true);
  }

  /** Its connection is gone, whatever was under way. */
  leave(): void {
    this.#connection += 1;
    this.#reading?.leave(this);
    this.#reading = null;
    this.#kept = null;
    this.channels = new Set();
  }

  /** A frame. */
  take(frame: readonly Notification[]): void {
    if (this.#kept !== null) {
      this.#kept.push(frame);
      return;
    }
    this.received.push(...frame.filter(({ text }) => !text.includes('web_socketio_bus.position')));
    this.last = frame.at(-1)?.id ?? this.last;
  }

  get payloads(): unknown[] {
    return this.received.map(({ text }) => JSON.parse(text).message.payload);
  }

  async #subscribe(reading: Place, channels: ReadonlySet<string>, again: boolean): Promise<void> {
    const connection = this.#connection;
    const { last } = this;
    const { bus } = reading;
    await bus.fresh();
    if (this.#connection !== connection) return;
    const added = new Set([...channels].filter((channel) => !this.channels.has(channel)));
    this.#kept = [];
    this.channels = channels;
    reading.enter(this);
    const missed = await bus.missed({ last, channels: added, again }, bus.position);
    if (this.#connection !== connection) return;
    const kept = this.#kept ?? [];
    this.#kept = null;
    for (const frame of [missed, ...kept]) if (frame.length > 0) this.take(frame);
  }
}
