import type { DeclaredAdapter } from '../../api/adapter-registry.ts';
import { BackOff } from '../../lib/back-off.ts';
import type { Arrival } from '../arrival.ts';
import type { Consumer } from '../listening/consumer.ts';
import type { LeaseStore } from './lease-store.ts';
import { Queue } from './queue.ts';
import { QueueListener } from './queue-listener.ts';

/** How soon the database is asked again after it could not be asked. */
const AGAIN_FIRST_MS = 250;
const AGAIN_LAST_MS = 2_000;

/** What the queues of a database tell. */
export interface QueueHubEvents {
  /** A queue stands still, since the database could not be asked; it is asked again within two seconds. */
  failed(error: unknown): void;
  /** No queue stands still any more. */
  worked(): void;
}

/**
 * Gives each message of a database's queues to one listener, over all sidecars: whoever wants one asks for its lease in
 * the database, and the first gets it. Channels without a listener here cost nothing.
 */
export class QueueHub {
  readonly #store: LeaseStore;
  readonly #events: QueueHubEvents;
  readonly #queues = new Map<string, Queue>();
  readonly #failed = new Set<Queue>();
  readonly #backOff = new BackOff(AGAIN_FIRST_MS, AGAIN_LAST_MS);
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(store: LeaseStore, events: QueueHubEvents) {
    this.#store = store;
    this.#events = events;
  }

  /** Offers what was read to those who listen. */
  publish(arrivals: readonly Arrival[]): void {
    const touched = new Map<Queue, Arrival[]>();
    for (const arrival of arrivals) {
      // Without one nobody has listened yet: what waits is read from the database when somebody does.
      const queue = this.#queues.get(arrival.message.channel);
      if (queue === undefined) continue;
      const known = touched.get(queue);
      if (known === undefined) touched.set(queue, [arrival]);
      else known.push(arrival);
    }
    for (const [queue, its] of touched) queue.arrive(its);
  }

  /**
   * Waits until the adapter takes something and its lease is ours.
   *
   * @returns at least one message, in the adapter's format
   */
  listen(declared: DeclaredAdapter, args: readonly unknown[], consumer: Consumer): Promise<unknown[]> {
    const queue = this.#queue(declared.channel);
    const { signal } = consumer;
    return new Promise((resolve, reject) => {
      if (signal.reason !== null) return reject(signal.reason);
      const end = () => {
        listener.ended = true;
        queue.delete(listener);
        signal.delete(fail);
      };
      const fail = (error: unknown) => {
        end();
        reject(error);
      };
      const listener = new QueueListener(declared, args, consumer, {
        resolve: (formatted) => {
          end();
          resolve(formatted);
        },
        reject: fail,
      });
      signal.add(fail);
      queue.add(listener);
    });
  }

  /** What waits may have changed unnoticed, or every listener has to be asked anew: reads it again for those who listen. */
  reload(): void {
    for (const queue of this.#queues.values()) queue.reload();
  }

  /** Asks the database no more; listeners are ended by their signals. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const queue of this.#queues.values()) queue.stop();
  }

  #queue(name: string): Queue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue: Queue = new Queue(name, this.#store, {
      failed: (error) => this.#fail(queue, error),
      worked: () => this.#work(queue),
    });
    this.#queues.set(name, queue);
    return queue;
  }

  #fail(queue: Queue, error: unknown): void {
    if (this.#stopped) return;
    this.#failed.add(queue);
    this.#events.failed(error);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      for (const one of this.#queues.values()) if (one.paused) one.reload();
    }, this.#backOff.next());
  }

  #work(queue: Queue): void {
    if (!this.#failed.delete(queue) || this.#failed.size > 0) return;
    this.#backOff.reset();
    this.#events.worked();
  }
}
