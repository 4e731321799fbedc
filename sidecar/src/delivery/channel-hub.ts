import { type AbstractAdapter, CONTROL_CHANNEL } from '../api/adapter.ts';
import { quote, SocketIOError } from '../api/error.ts';
import type { Message } from '../api/message.ts';
import type { Batch, Cursor } from './cursor.ts';
import { MessageLog } from './message-log.ts';

/** What a listener took: the batch to confirm or to put back, and the messages in the adapter's format. */
export interface Taken {
  readonly batch: Batch;
  readonly formatted: unknown[];
}

interface Listener {
  readonly cursor: Cursor;
  readonly adapter: AbstractAdapter;
  readonly args: readonly unknown[];
  resolve(taken: Taken): void;
  reject(error: unknown): void;
  /** The page's messages were dropped before it read them. */
  behind(): void;
}

/** A message with its length in characters, as it came from the database. */
export interface Arrival {
  readonly message: Message;
  readonly size: number;
}

/**
 * Gives the messages of one database to those who listen. Listeners are kept by channel: a message costs nothing to
 * those who listen to another.
 */
export class ChannelHub {
  readonly log: MessageLog;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(log: MessageLog = new MessageLog()) {
    this.log = log;
  }

  /** Adds what was read, in order, and wakes those who take some of it. Control messages are not for listeners. */
  publish(arrivals: readonly Arrival[]): void {
    const channels = new Set<string>();
    for (const { message, size } of arrivals) {
      if (message.channel === CONTROL_CHANNEL) continue;
      this.log.append(message, size);
      channels.add(message.channel);
    }
    for (const channel of channels) {
      // A copy: who is served listens again, and must not be asked twice for the same arrival.
      for (const listener of [...(this.#listeners.get(channel) ?? [])]) this.#serve(channel, listener);
    }
  }

  /**
   * Waits until the cursor's adapter takes something.
   *
   * @param signal ends the wait: the promise rejects with its reason
   * @param behind called if messages were dropped before this page read them
   */
  listen(cursor: Cursor, args: readonly unknown[], signal: AbortSignal, behind: () => void): Promise<Taken> {
    const { channel } = cursor.adapter;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const abort = () => {
        this.#remove(channel, listener);
        reject(signal.reason);
      };
      const done = () => signal.removeEventListener('abort', abort);
      const listener: Listener = {
        cursor,
        adapter: new cursor.adapter(),
        args,
        behind,
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
    const { cursor, adapter, args } = listener;
    let offered = cursor.offer();
    if (offered === null) {
      listener.behind();
      offered = [];
    }
    if (offered.length === 0) return;
    try {
      const messages = offered.map((entry) => entry.message);
      const chosen = checkChoice(adapter, messages, adapter.get(messages, ...args));
      const batch = cursor.take(offered, chosen);
      if (batch.length === 0) return;
      this.#remove(channel, listener);
      listener.resolve({ batch, formatted: this.#format(listener, batch) });
    } catch (error) {
      this.#remove(channel, listener);
      listener.reject(error);
    }
  }

  #format({ cursor, adapter, args }: Listener, batch: Batch): unknown[] {
    try {
      return batch.map((entry) => adapter.format(entry.message, ...args));
    } catch (error) {
      cursor.putBack(batch);
      throw error;
    }
  }

  #remove(channel: string, listener: Listener): void {
    const listeners = this.#listeners.get(channel);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(channel);
  }
}

function checkChoice(
  adapter: AbstractAdapter,
  given: readonly Message[],
  chosen: unknown,
): readonly Message[] {
  const name = adapter.constructor.name;
  if (!Array.isArray(chosen)) {
    throw new SocketIOError(
      'adapter_choice',
      `${name}.get returned ${quote(chosen)}. Return an array of the messages it was given.`,
    );
  }
  // By far the most frequent: of a thousand pages that listen, one is meant.
  if (chosen.length === 0) return chosen;
  const known = new Set(given);
  for (const message of chosen) {
    if (!known.has(message)) {
      throw new SocketIOError(
        'adapter_choice',
        `${name}.get returned ${quote(message)}, which it was not given. Return the same objects; use format() to change their form.`,
      );
    }
  }
  return chosen;
}
