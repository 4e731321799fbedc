import { reason } from '../api/error.ts';
import type { Problem } from '../api/problem.ts';
import type { BusChannel, BusListener } from './bus-channel.ts';
import { RESTART, TRY_LATER } from './close-codes.ts';
import type { BusRead, BusSource, BusSourceEvents, Notification } from './notification.ts';
import { Share } from './share.ts';

/** The end of the channel of marks, after its database. */
const POSITION_CHANNEL = ',"web_socketio_bus.position"]';

/** What was missed has its mark among its notifications. */
const ALL: BusRead = { notifications: [], inexact: new Set(), mark: null };

/** What a hub needs. */
export interface BusHubOptions {
  readonly source: BusSource;
  /** So many were sent, over all sockets. */
  delivered(count: number): void;
  warn(problem: Problem): void;
}

/** Who hears what in one database: each notification goes to the sockets of its channel, without a query for any. */
export class BusHub implements BusSourceEvents {
  readonly #options: BusHubOptions;
  readonly #channels = new Map<string, BusChannel>();
  readonly #listeners = new Set<BusListener>();
  /** Those that wait for a read, to begin there. */
  readonly #coming = new Set<BusListener>();
  #missedShare: Share | null = null;

  constructor(options: BusHubOptions) {
    this.#options = options;
    options.source.listen(this);
  }

  /** How many sockets hear something here. */
  get size(): number {
    return this.#listeners.size;
  }

  /** See `BusClient`. It takes turns: what a socket asks for while it waits comes after that. */
  async subscribe(listener: BusListener, wanted: ReadonlySet<string>, last: number): Promise<void> {
    const { source } = this.#options;
    // It goes at once: who may not hear something any more does not hear it while the rest waits for PostgreSQL.
    listener.channels = this.#keep(listener, wanted);
    this.#coming.add(listener);
    await source.fresh();
    this.#coming.delete(listener);
    if (!listener.open) return;
    if (!source.ready) return listener.close(TRY_LATER);
    const again = this.#listeners.has(listener);
    const added = this.#enter(listener, wanted);
    if (added.size === 0) return;
    const place = listener.hold();
    try {
      // In the same tick: what is read from now on comes to this socket, and what was read before is asked for.
      const missed = await source.missed({ last, channels: added, again }, source.position);
      listener.fill(place, this.#frame(listener, missed, added));
    } catch (error) {
      const message = `What a page missed of Odoo's bus could not be read: ${reason(error)}. It comes back and asks again.`;
      this.#options.warn({ code: 'bus_replay_failed', message });
      listener.close(TRY_LATER);
    }
  }

  /** A socket is gone. */
  leave(listener: BusListener): void {
    for (const channel of listener.channels) this.#drop(channel, listener);
    listener.channels = [];
    this.#listeners.delete(listener);
    this.#coming.delete(listener);
  }

  hears(channel: string): boolean {
    return this.#channels.has(channel);
  }

  read(read: BusRead): void {
    const none = Share.none();
    const touched: BusListener[] = [];
    let count = 0;
    for (const notification of read.notifications) {
      const listeners = this.#channels.get(notification.channel)?.listeners;
      if (listeners === undefined) continue;
      count += listeners.size;
      for (const listener of listeners) {
        if (listener.share === null) touched.push(listener);
        listener.share = (listener.share ?? none).with(notification);
      }
    }
    for (const listener of touched) {
      const { share } = listener;
      listener.share = null;
      if (share !== null) listener.deliver(share.frame(read));
    }
    this.#options.delivered(count);
  }

  restarted(): void {
    this.end(RESTART);
  }

  /** Closes all of its sockets. */
  end(code: number): void {
    for (const listener of [...this.#listeners, ...this.#coming]) listener.close(code);
  }

  /** @returns those that are new */
  #enter(listener: BusListener, wanted: ReadonlySet<string>): ReadonlySet<string> {
    const added = new Set<string>();
    const channels: BusChannel[] = [];
    this.#listeners.add(listener);
    for (const text of wanted) {
      // A page may name any channel, and this one has what other pages have received.
      if (text.endsWith(POSITION_CHANNEL)) continue;
      const channel = this.#channels.get(text) ?? { text, listeners: new Set() };
      if (channel.listeners.size === 0) this.#channels.set(text, channel);
      if (!channel.listeners.has(listener)) added.add(channel.text);
      channel.listeners.add(listener);
      channels.push(channel);
    }
    // Of a subscription that waited at the same time.
    this.#keep(listener, wanted);
    listener.channels = channels;
    return added;
  }

  /** Takes a socket out of the channels that are not wanted. @returns the others */
  #keep(listener: BusListener, wanted: ReadonlySet<string>): BusChannel[] {
    return listener.channels.filter((channel) => {
      const stays = wanted.has(channel.text);
      if (!stays) this.#drop(channel, listener);
      return stays;
    });
  }

  #drop(channel: BusChannel, listener: BusListener): void {
    channel.listeners.delete(listener);
    if (channel.listeners.size === 0) this.#channels.delete(channel.text);
  }

  /** Without what it has unsubscribed from meanwhile. A mark is in none of its channels. */
  #frame(listener: BusListener, missed: readonly Notification[], added: ReadonlySet<string>): Buffer | null {
    const stays = ({ channel }: Notification) =>
      !added.has(channel) || this.#channels.get(channel)?.listeners.has(listener) === true;
    const notifications = missed.filter(stays);
    if (notifications.length === 0) return null;
    this.#options.delivered(notifications.length);
    return notifications.reduce<Share>((share, one) => share.with(one), this.#missed()).frame(ALL);
  }

  /** For those who are answered together: after an outage thousands mostly missed the same. */
  #missed(): Share {
    if (this.#missedShare === null) {
      this.#missedShare = Share.none();
      setImmediate(() => {
        this.#missedShare = null;
      });
    }
    return this.#missedShare;
  }
}
