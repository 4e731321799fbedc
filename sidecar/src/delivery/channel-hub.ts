import type { AbstractAdapter } from '../api/adapter.ts';
import type { Message } from '../api/message.ts';
import { choose } from './choice.ts';
import type { Cursor } from './cursor.ts';
import { CursorBatch } from './cursor-batch.ts';
import type { Holding } from './holding.ts';
import { isFor, type Keyed, ListenerIndex } from './listener-index.ts';
import { type Arrival, MessageLog, type Offer, toOffer } from './message-log.ts';

/** What a listener took: to be confirmed or put back, and in the adapter's format. */
export interface Taken {
  readonly holding: Holding;
  readonly formatted: unknown[];
}

/** What a listener is told of messages that it does not get. */
export interface Gaps {
  /** Messages were dropped before this page read them. */
  behind(): void;
  /** So many messages failed too often, and are passed over. */
  passedOver(count: number): void;
}

interface Listener extends Keyed {
  readonly cursor: Cursor;
  readonly adapter: AbstractAdapter;
  readonly args: readonly unknown[];
  readonly gaps: Gaps;
  resolve(taken: Taken): void;
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
   * @param signal ends the wait: the promise rejects with its reason
   */
  listen(cursor: Cursor, args: readonly unknown[], signal: AbortSignal, gaps: Gaps): Promise<Taken> {
    const { channel, adapter } = cursor.adapter;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const abort = () => {
        this.#remove(channel, listener);
        reject(signal.reason);
      };
      const done = () => signal.removeEventListener('abort', abort);
      const listener: Listener = {
        cursor,
        adapter: new adapter(),
        key: adapter.key,
        wanted: args[0],
        args,
        gaps,
        resolve: (taken) => {
          done();
          resolve(taken);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      signal.addEventListener('abort', abort);
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
    const { cursor, adapter, args, gaps } = listener;
    const read = cursor.offer();
    if (read === null) gaps.behind();
    try {
      const offered = read === null ? null : only(read, listener);
      const chosen = offered === null ? [] : choose(adapter, offered.messages, args);
      const batch = read === null || read.messages.length === 0 ? [] : cursor.take(read, chosen);
      if (batch.length === 0) {
        if (listener.key !== null) cursor.follow();
        return;
      }
      this.#remove(channel, listener);
      const holding = new CursorBatch(cursor, batch, gaps.passedOver);
      listener.resolve({ holding, formatted: format(listener, holding) });
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
