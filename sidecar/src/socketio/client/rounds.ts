import type { Problem } from '../../api/problem.ts';
import type { LogFields } from '../../observability/log.ts';
import { StuckWatch, type WatchedSocket } from '../handlers/stuck-watch.ts';
import type { Client } from './client.ts';

/** How often pages are looked through for those that have not heard of their positions for long. */
const TELL_MS = 30_000;
/** So many of them in one turn of the event loop: where much is read, all of them have to be told. */
const TELL_AT_ONCE = 100;

/** What is done for all pages from time to time: they hear of their positions, and handlers that hang are found. */
export class Rounds {
  readonly #clients: Iterable<Client>;
  readonly #stuck: StuckWatch;
  #timers: NodeJS.Timeout[] = [];

  /** @param warn told of handlers that are not reported one by one */
  constructor(
    clients: Iterable<Client>,
    stuckSeconds: number,
    warn: (problem: Problem, fields: LogFields) => void,
  ) {
    this.#clients = clients;
    this.#stuck = new StuckWatch(stuckSeconds * 1_000, (count) =>
      warn({ code: 'handler_stuck', message: `${count} more handlers have run for as long` }, { count }),
    );
  }

  /** May be called twice. */
  start(): void {
    if (this.#timers.length > 0) return;
    this.#timers = [
      setInterval(() => this.#tell(), TELL_MS),
      setInterval(() => this.lookForStuck(performance.now()), this.#stuck.everyMs),
    ];
  }

  /** May be called twice, and before `start`. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** A socket is gone; handlers of it may still run. */
  leave(socket: WatchedSocket): void {
    this.#stuck.leave(socket);
  }

  /** @param now by the monotonic clock, in milliseconds */
  lookForStuck(now: number): void {
    this.#stuck.look(this.#sockets(), now);
  }

  #tell(clients = this.#clients[Symbol.iterator]()): void {
    const now = performance.now();
    for (let count = 0; count < TELL_AT_ONCE; count += 1) {
      const next = clients.next();
      if (next.done === true) return;
      for (const socket of next.value.sockets) socket.tellPositions(now);
    }
    setImmediate(() => this.#tell(clients));
  }

  *#sockets(): Iterable<WatchedSocket> {
    for (const client of this.#clients) yield* client.sockets;
  }
}
