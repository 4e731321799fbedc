import type { AbstractAdapter } from '../api/adapter.ts';
import type { DeclaredAdapter } from '../api/adapter-registry.ts';
import type { Message } from '../api/message.ts';
import type { Taker } from './channel-hub.ts';
import { choose } from './choice.ts';
import type { LeaseStore, WaitingPage } from './lease-store.ts';
import { LeasedBatch } from './leased-batch.ts';
import { isFor, type Keyed, ListenerIndex } from './listener-index.ts';
import type { Arrival } from './message-log.ts';
import { type Candidate, QueueChannel } from './queue-channel.ts';

/** One listener is offered so many at a time, so that the others get their share of a crowd. */
const OFFER = 100;
const PAGE = 1_000;
/** How many pages fill the memory. */
const PAGES = 10;
/** How soon a listener asks again after the database could not be asked. */
const AGAIN_MS = 500;

interface Listener extends Keyed {
  readonly adapter: AbstractAdapter;
  readonly args: readonly unknown[];
  /** The last candidate that it was offered. */
  seen: number;
  /** It asks for leases, or reads the database: nothing is offered to it meanwhile. */
  busy: boolean;
  ended: boolean;
  readonly taker: Pick<Taker, 'hold'>;
  resolve(formatted: unknown[]): void;
  reject(error: unknown): void;
}

interface Queue {
  readonly channel: QueueChannel;
  readonly listeners: ListenerIndex<Listener>;
  filling: boolean;
  /** Counts how often what is in memory was thrown away: what is being read then belongs to the time before. */
  reloads: number;
}

/**
 * Gives each message of a database's queues to one listener, over all sidecars: whoever wants one asks for its lease in
 * the database, and the first gets it. Channels without a listener here cost nothing.
 */
export class QueueHub {
  readonly #store: LeaseStore;
  readonly #queues = new Map<string, Queue>();
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(store: LeaseStore) {
    this.#store = store;
  }

  /** Offers what was read to those who listen. */
  publish(arrivals: readonly Arrival[]): void {
    const touched = new Map<Queue, { seq: number; messages: Message[] }>();
    for (const arrival of arrivals) {
      const queue = this.#queues.get(arrival.message.channel);
      // Nobody listens, and not all that waits is known here: it is read from the database when somebody does.
      if (queue === undefined || (queue.listeners.size === 0 && !queue.channel.complete)) continue;
      const known = touched.get(queue) ?? { seq: queue.channel.seq, messages: [] };
      queue.channel.add(arrival);
      known.messages.push(arrival.message);
      touched.set(queue, known);
    }
    for (const [queue, { seq, messages }] of touched) {
      const listeners = queue.listeners.matching(messages);
      // Whoever waits has been offered everything before, or it was not for them.
      for (const listener of listeners) if (!listener.busy) listener.seen = Math.max(listener.seen, seq);
      this.#serve(queue, listeners);
    }
  }

  /**
   * Waits until the adapter takes something and its lease is ours.
   *
   * @returns at least one message, in the adapter's format
   */
  listen(
    declared: DeclaredAdapter,
    args: readonly unknown[],
    taker: Pick<Taker, 'signal' | 'hold'>,
  ): Promise<unknown[]> {
    const queue = this.#queue(declared.channel);
    const { signal } = taker;
    return new Promise((resolve, reject) => {
      if (signal.reason !== null) return reject(signal.reason);
      const end = () => {
        listener.ended = true;
        queue.listeners.delete(listener);
        signal.delete(stop);
      };
      const stop = (reason: Error) => {
        end();
        reject(reason);
      };
      const listener: Listener = {
        adapter: new declared.adapter(),
        key: declared.adapter.key,
        wanted: args[0],
        args,
        taker,
        seen: 0,
        busy: false,
        ended: false,
        resolve: (formatted) => {
          end();
          resolve(formatted);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      signal.add(stop);
      queue.listeners.add(listener);
      if (queue.channel.complete) this.#offer(queue, listener);
      else void this.#fill(queue);
    });
  }

  /** What waits may have changed unnoticed, or every listener has to be asked anew: reads it again for those who listen. */
  reload(): void {
    for (const queue of this.#queues.values()) {
      queue.channel.clear();
      queue.reloads += 1;
      for (const listener of queue.listeners.all()) listener.seen = 0;
      if (queue.listeners.size > 0) void this.#fill(queue);
    }
  }

  /** Asks the database no more; listeners are ended by their signals. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #queue(name: string): Queue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = { channel: new QueueChannel(name), listeners: new ListenerIndex(), filling: false, reloads: 0 };
      this.#queues.set(name, queue);
    }
    return queue;
  }

  #serve(queue: Queue, listeners: readonly Listener[]): void {
    for (const listener of listeners) if (!listener.ended) this.#offer(queue, listener);
    const isFull = !queue.channel.complete && !queue.filling;
    if (isFull && !queue.listeners.all().some(({ busy }) => busy)) queue.channel.clear();
  }

  /** Offers what this listener has not been offered yet. */
  #offer(queue: Queue, listener: Listener): void {
    while (!listener.busy && !listener.ended) {
      const { offered, last } = queue.channel.after(listener.seen, OFFER);
      listener.seen = last;
      if (offered.length === 0) return;
      this.#try(queue, listener, offered);
    }
  }

  /** @returns whether the adapter took some of them, so that leases are asked for */
  #try(queue: Queue, listener: Listener, candidates: readonly Candidate[]): boolean {
    const offered = candidates.filter(({ message }) => isFor(listener, message));
    if (offered.length === 0) return false;
    try {
      const chosen = new Set(
        choose(
          listener.adapter,
          offered.map(({ message }) => message),
          listener.args,
        ),
      );
      if (chosen.size === 0) return false;
      const wanted = offered.filter(({ message }) => chosen.has(message));
      for (const candidate of wanted) candidate.taken = true;
      listener.busy = true;
      void this.#claim(queue, listener, wanted);
      return true;
    } catch (error) {
      listener.reject(error);
      return false;
    }
  }

  async #claim(queue: Queue, listener: Listener, wanted: readonly Candidate[]): Promise<void> {
    try {
      const granted = await this.#store.claim(wanted.map(({ message }) => message.id));
      const again = wanted.filter((candidate) => queue.channel.remove(candidate));
      const messages = wanted.filter(({ message }) => granted.has(message.id)).map(({ message }) => message);
      if (messages.length > 0) {
        this.#grant(listener, new LeasedBatch(this.#store, messages));
        if (again.length > 0) this.#serve(queue, queue.listeners.all());
        return;
      }
      listener.busy = false;
      // Its adapter may have left some of what it was offered for a next time, which is now.
      listener.seen = 0;
      if (queue.channel.complete) this.#serve(queue, again.length > 0 ? queue.listeners.all() : [listener]);
      else void this.#fill(queue);
    } catch {
      listener.busy = false;
      // The database cannot be asked. What waits is in it, and is read again.
      this.#reloadLater();
    }
  }

  #grant(listener: Listener, holding: LeasedBatch): void {
    if (listener.ended) {
      holding.putBack(false);
      return;
    }
    try {
      const formatted = holding.messages.map((message) => listener.adapter.format(message, ...listener.args));
      listener.taker.hold(holding);
      listener.resolve(formatted);
    } catch (error) {
      holding.putBack(true);
      listener.reject(error);
    }
  }

  /** Reads what waits, oldest first, into memory; or, if it is too much, for each listener as far as it has to. */
  async #fill(queue: Queue): Promise<void> {
    if (queue.filling) return;
    queue.filling = true;
    try {
      let after: string | null = '0';
      let { reloads } = queue;
      for (let page = 0; page < PAGES && after !== null; page += 1) {
        const waiting = await this.#store.waiting(queue.channel.name, after, PAGE);
        if (queue.reloads !== reloads) {
          // From the beginning: what was read before is not in memory any more.
          reloads = queue.reloads;
          page = -1;
          after = '0';
          continue;
        }
        for (const arrival of waiting.arrivals) queue.channel.add(arrival);
        after = waiting.next;
      }
      queue.channel.complete = after === null;
      queue.filling = false;
      const idle = queue.listeners.all().filter(({ busy }) => !busy);
      this.#serve(queue, idle);
      if (after !== null) for (const listener of idle) void this.#scan(queue, listener, after);
    } catch {
      queue.filling = false;
      this.#reloadLater();
    }
  }

  /** Looks through what does not fit into memory, page by page, for one listener. */
  async #scan(queue: Queue, listener: Listener, from: string): Promise<void> {
    if (listener.busy || listener.ended) return;
    listener.busy = true;
    try {
      for (let after: string | null = from; after !== null; ) {
        const { arrivals, next }: WaitingPage = await this.#store.waiting(queue.channel.name, after, PAGE);
        if (listener.ended) return;
        const offered = arrivals.map(({ message }) => ({ message, seq: 0, taken: false }));
        if (this.#try(queue, listener, offered)) return;
        after = next;
      }
      listener.busy = false;
      this.#offer(queue, listener);
    } catch {
      listener.busy = false;
      this.#reloadLater();
    }
  }

  #reloadLater(): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.reload();
    }, AGAIN_MS);
  }
}
