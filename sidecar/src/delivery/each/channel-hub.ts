import { AskedAdapter } from '../../api/adapter.ts';
import type { Message } from '../../api/message.ts';
import type { OnStop } from '../../lib/stop-signal.ts';
import type { Arrival, Part } from '../arrival.ts';
import { checkChoice, isUnasked, selectMessages } from '../listening/adapter-selection.ts';
import { isFor, type Keyed, ListenerIndex } from '../listening/listener-index.ts';
import { Watch, type WatchKey } from '../listening/watch.ts';
import { WatchIndex } from '../listening/watch-index.ts';
import { byChannel } from './by-channel.ts';
import type { Batch, Cursor } from './cursor.ts';
import { CursorBatch } from './cursor-batch.ts';
import type { CursorConsumer } from './cursor-consumer.ts';
import type { MessageLog } from './log/message-log.ts';
import { entriesWith, type Offer, toOffer } from './log/offer.ts';
import { Questions } from './questions.ts';

/** Somebody who waits. A class, since one is made for each delivery. */
class Listener implements Keyed {
  readonly cursor: Cursor;
  /** For the adapter: without what is watched, which has been seen to. */
  readonly args: readonly unknown[];
  /** As they were given to `listen`. */
  readonly given: readonly unknown[];
  readonly wanted: unknown;
  readonly consumer: CursorConsumer;
  readonly resolve: (formatted: unknown[]) => void;
  readonly reject: (error: unknown) => void;
  /** The end of what had been read when it began to wait. */
  readonly head: number;
  /** Called when the consumer's signal stops. */
  stop: OnStop = () => undefined;

  constructor(
    cursor: Cursor,
    args: readonly unknown[],
    head: number,
    consumer: CursorConsumer,
    resolve: (formatted: unknown[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.cursor = cursor;
    this.head = head;
    this.given = args;
    this.wanted = args[0];
    this.args = this.wanted instanceof Watch ? args.slice(1) : args;
    this.consumer = consumer;
    this.resolve = resolve;
    this.reject = reject;
  }

  get key(): string | null {
    return this.cursor.adapter.adapter.key;
  }
}

const NONE = { batch: [], whole: false };
const NOBODY: readonly Listener[] = [];

/**
 * Gives the messages of one database to those who listen in mode `each`. Listeners are kept by channel: a message costs
 * nothing to those who listen to another.
 */
export class ChannelHub {
  readonly log: MessageLog;
  readonly #listeners = new Map<string, ListenerIndex<Listener>>();
  readonly #watches = new WatchIndex<Listener>();
  readonly #questions = new Questions<Listener>();

  constructor(log: MessageLog) {
    this.log = log;
  }

  /** Adds what was read, in order, and wakes those who take some of it. */
  publish(part: Part, arrivals: readonly Arrival[]): void {
    const { head } = this.log;
    this.log.add(part, arrivals);
    if (part.channel === null && !part.last) this.#tellUnheard(new Set(part.heard), head);
    for (const [channel, messages] of byChannel(arrivals)) {
      // Both before the first is served: what it does then may change them.
      const found = this.#listeners.get(channel)?.matching(messages) ?? NOBODY;
      const watching = this.#watches.matching(channel, messages);
      for (const listeners of [found, watching]) {
        for (const listener of listeners) {
          listener.cursor.stay(head);
          this.#serve(channel, listener);
        }
      }
    }
  }

  /**
   * Waits until the cursor's adapter takes something.
   *
   * @returns at least one message, in the adapter's format
   */
  listen(cursor: Cursor, args: readonly unknown[], consumer: CursorConsumer): Promise<unknown[]> {
    const { signal } = consumer;
    return new Promise((resolve, reject) => {
      if (signal.reason !== null) return reject(signal.reason);
      const { channel } = cursor.adapter;
      const listener = new Listener(cursor, args, this.log.head, consumer, resolve, reject);
      let listeners = this.#listeners.get(channel);
      if (listeners === undefined) {
        listeners = new ListenerIndex();
        this.#listeners.set(channel, listeners);
      }
      listeners.add(listener);
      if (listener.wanted instanceof Watch) this.#watches.wait(listener.wanted, listener);
      listener.stop = (reason) => {
        this.#remove(channel, listener);
        reject(reason);
        // Others that read with the same cursor may be asked now.
        for (const one of this.#questions.end(listener)) this.#serve(channel, one);
      };
      signal.add(listener.stop);
      this.#serve(channel, listener);
    });
  }

  /** Whoever listens with that watch gets what has this key, too, from what is read now on. */
  watch(watch: Watch, key: WatchKey): void {
    this.#watches.add(watch, key);
  }

  unwatch(watch: Watch, key: WatchKey): void {
    this.#watches.delete(watch, key);
  }

  /** Some still listen to channels of which a flood was not read: their server modules were loaded anew meanwhile. */
  #tellUnheard(heard: ReadonlySet<string>, head: number): void {
    for (const [channel, listeners] of [...this.#listeners]) {
      if (heard.has(channel)) continue;
      for (const listener of listeners.all()) {
        listener.cursor.stay(head);
        this.#serve(channel, listener);
      }
    }
  }

  #serve(channel: string, listener: Listener): void {
    const { cursor } = listener;
    try {
      if (cursor.instance instanceof AskedAdapter) {
        this.#ask(channel, listener, cursor.instance);
        return;
      }
      let taken = this.#take(listener);
      while (taken.batch.length === 0 && cursor.more) taken = this.#take(listener);
      const { batch, whole } = taken;
      if (batch.length > 0) this.#give(channel, listener, batch, whole);
      else if (listener.key !== null) cursor.follow();
    } catch (error) {
      this.#remove(channel, listener);
      listener.reject(error);
      for (const one of this.#questions.end(listener)) this.#serve(channel, one);
    }
  }

  /** Ends the wait. */
  #give(channel: string, listener: Listener, batch: Batch, whole: boolean): void {
    const { cursor, consumer } = listener;
    this.#remove(channel, listener);
    const unacknowledged = new CursorBatch(cursor, batch, consumer, listener.head);
    const formatted = format(listener, unacknowledged);
    consumer.hold(unacknowledged, whole);
    listener.resolve(formatted);
  }

  /** Asks an adapter that answers later. What arrives meanwhile is offered after that. */
  #ask(channel: string, listener: Listener, adapter: AskedAdapter): void {
    const { cursor, given } = listener;
    if (!this.#questions.begin(listener)) return;
    let read = this.#read(listener);
    let offered = read === null ? null : only(read, listener);
    while (read === null || offered === null) {
      if (read !== null) cursor.take(read, []);
      if (!cursor.more) {
        if (listener.key !== null) cursor.follow();
        this.#questions.end(listener);
        return;
      }
      read = this.#read(listener);
      offered = read === null ? null : only(read, listener);
    }
    const { changes } = cursor;
    const fail = (error: unknown) => {
      if (!isUnasked(error)) {
        // It is asked again, about what is offered now.
        if (cursor.changes !== changes) return this.#serve(channel, listener);
        this.#fail(listener, read, offered);
      }
      throw error;
    };
    const choose = (chosen: unknown) => {
      let checked: readonly Message[];
      try {
        checked = checkChoice(adapter, offered.messages, chosen);
      } catch (error) {
        return fail(error);
      }
      // If something changed, what was offered is not what would be offered now.
      const isAll = isWhole(listener, offered, checked);
      const batch = cursor.changes === changes ? cursor.take(read, checked, isAll) : [];
      if (batch.length > 0) this.#give(channel, listener, batch, read.cut);
      else if (cursor.changes !== changes || cursor.more) this.#serve(channel, listener);
      else if (listener.key !== null) cursor.follow();
    };
    // One promise for each of a thousand listeners that are asked about a message: more took longer than the asking.
    adapter.ask(offered.messages, given).then(
      (chosen) => this.#answered(channel, listener, () => choose(chosen)),
      (error: unknown) => this.#answered(channel, listener, () => fail(error)),
    );
  }

  #answered(channel: string, listener: Listener, next: () => void): void {
    // It has ended meanwhile: what it was asked about is offered to whoever reads on from there.
    if (!this.#questions.isOpen(listener)) return;
    const waiting = this.#questions.end(listener);
    try {
      next();
    } catch (error) {
      this.#remove(channel, listener);
      listener.reject(error);
    }
    for (const one of waiting) this.#serve(channel, one);
  }

  /** What this listener takes of what it is offered at a time. */
  #take(listener: Listener): { readonly batch: Batch; readonly whole: boolean } {
    const { cursor, args } = listener;
    const read = this.#read(listener);
    if (read === null) return NONE;
    const offered = only(read, listener);
    if (offered === null) return { batch: cursor.take(read, []), whole: read.cut };
    try {
      const chosen = selectMessages(cursor.instance, offered.messages, args);
      return { batch: cursor.take(read, chosen, isWhole(listener, offered, chosen)), whole: read.cut };
    } catch (error) {
      this.#fail(listener, read, offered);
      throw error;
    }
  }

  /** What this listener is offered next at a time; null if it is nothing. */
  #read({ cursor, consumer }: Listener): Offer | null {
    const read = cursor.offer(consumer.most);
    if (read === null) consumer.behind();
    return read === null || read.messages.length === 0 ? null : read;
  }

  /** One more failed attempt: otherwise it would be offered for ever, and nothing that follows. */
  #fail({ cursor, consumer }: Listener, read: Offer, offered: Offer): void {
    new CursorBatch(cursor, cursor.take(read, offered.messages), consumer).requeue(true);
  }

  #remove(channel: string, listener: Listener): void {
    const listeners = this.#listeners.get(channel);
    listener.cursor.stay(this.log.head);
    listener.consumer.signal.delete(listener.stop);
    listeners?.delete(listener);
    if (listener.wanted instanceof Watch) this.#watches.leave(listener.wanted, listener);
    if (listeners?.size === 0) this.#listeners.delete(channel);
  }
}

/** What of an offer this listener's adapter is asked for; null if it is nothing. */
function only(offer: Offer, listener: Listener): Offer | null {
  if (listener.key === null) return offer.messages.length === 0 ? null : offer;
  const { key, wanted } = listener;
  const entries =
    wanted instanceof Watch
      ? offer.entries.filter(({ message }) => isFor(listener, message))
      : entriesWith(offer, key, wanted);
  return entries.length === 0 ? null : toOffer(entries);
}

/** Has it all that is for it of what was read? Then the rest is for others, and it need not look at that again. */
function isWhole({ key }: Listener, offered: Offer, chosen: readonly Message[]): boolean {
  return key !== null && chosen.length === offered.messages.length;
}

function format({ cursor, args }: Listener, batch: CursorBatch): unknown[] {
  try {
    return batch.batch.map(({ message }) => cursor.instance.format(message, ...args));
  } catch (error) {
    batch.requeue(true);
    throw error;
  }
}
