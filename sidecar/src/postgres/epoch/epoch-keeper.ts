import type pg from 'pg';
import type { Queryable } from '../connect/pool.ts';
import type { Heartbeat } from '../queue/heartbeat.ts';
import { OrphanLeases } from '../queue/orphan-leases.ts';
import { type EpochChange, type EpochState, ensureEpoch } from './epoch.ts';
import { Witness, type WitnessEvents } from './witness.ts';

/** What an epoch is kept with. */
export interface EpochKeeperOptions {
  readonly pool: Queryable;
  /** Of this sidecar, which becomes another one when its leases are those of another time. */
  readonly heartbeat: Pick<Heartbeat, 'renew'>;
  /** How it fares to count that messages are read … */
  readonly witness: WitnessEvents;
  /** … and to requeue what was leased in another time. */
  readonly orphans: WitnessEvents;
  /** Positions, and mostly tokens and leases, mean nothing any more. */
  changed(change: EpochChange): void;
  /** So many messages that were leased in another time wait again. */
  released(count: number): void;
}

/** Knows in which epoch one database is, and does what has to be done when that is another one. */
export class EpochKeeper {
  readonly #options: EpochKeeperOptions;
  readonly #witness: Witness;
  readonly #orphans: OrphanLeases;
  #state: EpochState | null = null;

  constructor(options: EpochKeeperOptions) {
    const { pool, witness, orphans } = options;
    this.#options = options;
    this.#witness = new Witness(pool, witness);
    this.#orphans = new OrphanLeases(pool, { ...orphans, released: (count) => options.released(count) });
  }

  /** Empty before the first connection. */
  get epoch(): string {
    return this.#state?.epoch ?? '';
  }

  /** What the column txid is above the number of a transaction. */
  get base(): string {
    return this.#state?.base ?? '0';
  }

  /** Looks on a new connection. */
  async check(client: pg.ClientBase): Promise<EpochState> {
    const state = await ensureEpoch(client, this.#witness.seen);
    const { change } = state;
    this.#state = state;
    this.#witness.connected(state);
    if (change !== null) this.#options.changed(change);
    if (change === 'elsewhere' || change === 'back') {
      // What is leased to this sidecar there was leased in another time.
      this.#options.heartbeat.renew();
      this.#orphans.release();
    }
    return state;
  }

  /** See {@link Witness.read}. */
  read(snapshot: string, brought: boolean): void {
    this.#witness.read(snapshot, brought);
  }

  /** Ends what is under way. May be called twice. */
  async stop(): Promise<void> {
    await this.#witness.stop();
    await this.#orphans.stop();
  }
}
