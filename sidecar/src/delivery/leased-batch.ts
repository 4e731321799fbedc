import type { Message } from '../api/message.ts';
import type { Holding } from './holding.ts';
import type { LeaseStore } from './lease-store.ts';

/** Messages of a queue that are ours until they are confirmed or put back. */
export class LeasedBatch implements Holding {
  readonly mode = 'queue';
  readonly messages: readonly Message[];
  readonly #store: LeaseStore;

  constructor(store: LeaseStore, messages: readonly Message[]) {
    this.#store = store;
    this.messages = messages;
  }

  get valid(): boolean {
    return this.#store.fresh;
  }

  async confirm(): Promise<boolean> {
    const confirmed = await this.#store.confirm(this.#ids());
    return confirmed.size === this.messages.length;
  }

  putBack(failed: boolean): void {
    // Tried until it is done, or until the sidecar is being stopped: then leases go with its row.
    this.#store.putBack(this.#ids(), failed).catch(() => undefined);
  }

  #ids(): string[] {
    return this.messages.map(({ id }) => id);
  }
}
