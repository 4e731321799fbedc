import type { Queryable } from '../connect/pool.ts';
import { beatPulse, type EpochState, type Seen } from './epoch.ts';

/** At most so often. A server that goes back by less than this, and on beyond it at once, is not noticed. */
const BEAT_MS = 3_000;

/** How the counting fares. */
export interface WitnessEvents {
  /** It is tried again. */
  failed(error: unknown): void;
  worked(): void;
}

/**
 * What one sidecar has seen of its database, and counts there while messages are read: by that it notices when the
 * server goes on from an earlier state. Where nothing is sent, it costs nothing.
 */
export class Witness {
  readonly #pool: Queryable;
  readonly #events: WitnessEvents;
  #seen: Seen | null = null;
  #timer: NodeJS.Timeout | null = null;
  #beating: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(pool: Queryable, events: WitnessEvents) {
    this.#pool = pool;
    this.#events = events;
  }

  /** Null before the first connection. */
  get seen(): Seen | null {
    return this.#seen;
  }

  /** A connection was made: what was seen before holds on, unless everything has changed. */
  connected({ epoch, pulse, change }: EpochState): void {
    const snapshot = change === null ? (this.#seen?.snapshot ?? '') : '';
    this.#seen = { epoch, snapshot, pulse };
  }

  /**
   * Everything up to that snapshot has been read.
   * @param brought whether it brought messages
   */
  read(snapshot: string, brought: boolean): void {
    if (this.#seen === null) return;
    this.#seen = { ...this.#seen, snapshot };
    if (brought) this.#beatLater();
  }

  /** Counts no more. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#beating;
  }

  #beatLater(): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#beating = this.#beat();
    }, BEAT_MS);
  }

  async #beat(): Promise<void> {
    try {
      const pulse = await beatPulse(this.#pool);
      if (pulse !== null && this.#seen !== null) this.#seen = { ...this.#seen, pulse };
      this.#events.worked();
    } catch (error) {
      this.#events.failed(error);
      this.#beatLater();
    }
  }
}
