import { SHUTDOWN_MS } from '../lib/shutdown-budget.ts';
import { Sleep } from '../lib/sleep.ts';
import { spread } from '../lib/spread.ts';
import { GOING_AWAY } from './close-codes.ts';
import type { Wire } from './wire.ts';

/** Between two looks at all connections. */
const TICK_MS = 5_000;

/** What is connected: a bus socket, or one that is passed on. */
export interface BusConnection {
  readonly wire: Wire;
  tick(now: number): void;
  close(code: number): void;
}

/** All connections to Odoo's bus that this sidecar holds. One timer looks after all of them. */
export class BusConnections {
  readonly #all = new Set<BusConnection>();
  readonly #drainMs: number;
  #timer: NodeJS.Timeout | null = null;
  #draining: Promise<void> | null = null;
  #emptied: Sleep | null = null;

  constructor(drainMs: number) {
    this.#drainMs = drainMs;
  }

  get size(): number {
    return this.#all.size;
  }

  get draining(): boolean {
    return this.#draining !== null;
  }

  add(connection: BusConnection): void {
    this.#all.add(connection);
    this.#timer ??= setInterval(() => this.tick(performance.now()), TICK_MS).unref();
  }

  delete(connection: BusConnection): void {
    this.#all.delete(connection);
    if (this.#all.size > 0) return;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#emptied?.end();
  }

  /** Looks for those that are dead, too old or too slow. It happens by itself. @param now by the monotonic clock */
  tick(now: number): void {
    for (const connection of this.#all) connection.tick(now);
  }

  /** Closes one after the other, as a server that goes away. May be called twice. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  /** Ends what is left. May be called twice. */
  stop(): void {
    for (const { wire } of [...this.#all]) wire.terminate();
  }

  async #drain(): Promise<void> {
    await spread([...this.#all], this.#drainMs, (connection) => connection.close(GOING_AWAY));
    if (this.#all.size === 0) return;
    this.#emptied = new Sleep(SHUTDOWN_MS.acknowledge);
    await this.#emptied.over;
  }
}
