import type { AbstractAdapter } from '../api/adapter.ts';
import type { Message } from '../api/message.ts';
import { choose } from './choice.ts';
import type { Cursor } from './cursor.ts';
import { CursorBatch } from './cursor-batch.ts';
import type { Holding } from './holding.ts';
import { isFor, type Keyed, ListenerIndex } from './listener-index.ts';
import { type Arrival, MessageLog, type Offer, toOffer } from './message-log.ts';
import type { StopSignal } from './stop-signal.ts';

/** Who waits for messages, on behalf of a handler. */
export interface Taker {
  /** Ends the wait: the promise rejects with its reason. */
  readonly signal: StopSignal;
  /** Called before the wait ends: what was taken is the taker's now, to be confirmed or put back. */
  hold(holding: Holding): void;
  /** Messages were dropped before this page read them. */
  behind(): void;
  /** So many messages failed too often, and are passed over. */
  passedOver(count: number): void;
}

interface Listener extends Keyed {
  readonly cursor: Cursor;
  readonly adapter: AbstractAdapter;
  readonly args: readonly unknown[];
  readonly taker: Taker;
  resolve(formatted: unknown[]): void;
  reject(error: unknown): void;
}

/**
 * Gives the messages of one database to those who listen in mode `each`. Listeners are kept by channel: a message costs
 * nothing to those who listen to another.
 */
export class ChannelHub {
  readonly log: MessageLog;
  readonly #listeners = new Map<string, ListenerIndex<Listener>>();

  constructor(log: MessageLog = new MessageLog()) {
    this.log = log;
  }

  /**
   * Adds what was read, in order, and wakes those who take some of it.
   *
   * @param snapshot up to which it is
   * @param last false if more of the same read follows
   */
  publish(snapshot: string, arrivals: readonly Arrival[], last = true): void {
    const { head } = this.log;
    this.log.add(snapshot, arrivals, last);
    const channels = new Map<string, Message[]>();
    for (const { message } of arrivals) {
      const messages = channels.get(message.channel);
      if (messages === undefined) channels.set(message.channel, [message]);
      else messages.push(message);
    }
    for (const [channel, messages] of channels) {
      for (const listener of this.#listeners.get(channel)?.matching(messages) ?? []) {
        listener.cursor.stay(head);
        this.#serve(channel, listener);
      }
    }
  }

  /**
   * Waits until the cursor's adapter takes something.
   *
   * @returns at least one message, in the adapter's format
   */
  listen(cursor: Cursor, args: readonly unknown[], taker: Taker): Promise<unknown[]> {
    const { channel, adapter } = cursor.adapter;
    const { signal } = taker;
    return new Promise((resolve, reject) => {
      if (signal.reason !== null) return reject(signal.reason);
      const stop = (reason: Error) => {
        this.#remove(channel, listener);
        reject(reason);
      };
      const listener: Listener = {
        cursor,
        adapter: new adapter(),
        key: adapter.key,
        wanted: args[0],
        args,
        taker,
        resolve: (formatted) => {
          signal.delete(stop);
          resolve(formatted);
        },
        reject: (error) => {
          signal.delete(stop);
          reject(error);
        },
      };
      signal.add(stop);
      let listeners = this.#listeners.get(channel);
      if (listeners === undefined) {
        listeners = new ListenerIndex();
        this.#listeners.set(channel, listeners);
      }
      listeners.add(listener);
      this.#serve(channel, listener);
    });
  }

  #serve(channel: string, listener: Listener): void {
    const { cursor, adapter, args, taker } = listener;
    const read = cursor.offer();
    if (read === null) taker.behind();
    try {
      const offered = read === null ? null : only(read, listener);
      const chosen = offered === null ? [] : choose(adapter, offered.messages, args);
      const batch = read === null || read.messages.length === 0 ? [] : cursor.take(read, chosen);
      if (batch.length === 0) {
        if (listener.key !== null) cursor.follow();
        return;
      }
      this.#remove(channel, listener);
      const holding = new CursorBatch(cursor, batch, taker.passedOver);
      const formatted = format(listener, holding);
      taker.hold(holding);
      listener.resolve(formatted);
    } catch (error) {
      this.#remove(channel, listener);
      listener.reject(error);
    }
  }

  #remove(channel: string, listener: Listener): void {
    const listeners = this.#listeners.get(channel);
    listener.cursor.stay(this.log.head);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(channel);
  }
}

/** What of an offer this listener's adapter is asked for; null if it is nothing. */
function only(offer: Offer, listener: Listener): Offer | null {
  if (listener.key === null) return offer.messages.length === 0 ? null : offer;
  const entries = offer.entries.filter(({ message }) => isFor(listener, message));
  return entries.length === 0 ? null : toOffer(entries);
}

function format({ adapter, args }: Listener, holding: CursorBatch): unknown[] {
  try {
    return holding.batch.map(({ message }) => adapter.format(message, ...args));
  } catch (error) {
    holding.putBack(true);
    throw error;
  }
}
