import type { AbstractAdapter } from '../api/adapter.ts';
import { choose } from './choice.ts';
import type { Cursor } from './cursor.ts';
import { CursorBatch } from './cursor-batch.ts';
import type { Holding } from './holding.ts';
import { type Arrival, MessageLog } from './message-log.ts';

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

interface Listener {
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
  readonly #listeners = new Map<string, Set<Listener>>();

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
    this.log.add(snapshot, arrivals, last);
    for (const channel of new Set(arrivals.map(({ message }) => message.channel))) {
      // A copy: who is served listens again, and must not be asked twice for the same arrival.
      for (const listener of [...(this.#listeners.get(channel) ?? [])]) this.#serve(channel, listener);
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
        listeners = new Set();
        this.#listeners.set(channel, listeners);
      }
      listeners.add(listener);
      this.#serve(channel, listener);
    });
  }

  #serve(channel: string, listener: Listener): void {
    const { cursor, adapter, args, gaps } = listener;
    const offered = cursor.offer();
    if (offered === null) gaps.behind();
    if (offered === null || offered.messages.length === 0) return;
    try {
      const chosen = choose(adapter, offered.messages, args);
      const batch = cursor.take(offered, chosen);
      if (batch.length === 0) return;
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
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(channel);
  }
}

function format({ adapter, args }: Listener, holding: CursorBatch): unknown[] {
  try {
    return holding.batch.map(({ message }) => adapter.format(message, ...args));
  } catch (error) {
    holding.putBack(true);
    throw error;
  }
}
