import type { Message } from '../../api/message.ts';
import type { Holding, Split } from '../unacknowledged-batch.ts';
import type { LeaseStore } from './lease-store.ts';

/** Messages of a queue that are ours until they are confirmed or put back. */
export class LeasedBatch implements Holding {
  readonly mode = 'queue';
  isSent = false;
  readonly messages: readonly Message[];
  readonly #store: LeaseStore;

  constructor(store: LeaseStore, messages: readonly Message[]) {
    this.#store = store;
    this.messages = messages;
  }

  get valid(): boolean {
    return this.#store.fresh;
  }

  get ids(): readonly string[] {
    return this.messages.map(({ id }) => id);
  }

  split(ids: ReadonlySet<string>): Split {
    const part = (messages: readonly Message[]) =>
      messages.length > 0 ? new LeasedBatch(this.#store, messages) : null;
    return {
      done: part(this.messages.filter(({ id }) => ids.has(id))),
      rest: part(this.messages.filter(({ id }) => !ids.has(id))),
    };
  }

  async confirm(): Promise<boolean> {
    const confirmed = await this.#store.confirm(this.ids);
    return confirmed.size === this.messages.length;
  }

  putBack(failed: boolean): void {
    // Tried until it is done, or until the sidecar is being stopped: then leases go with its row.
    this.#store.putBack(this.ids, failed).catch(() => undefined);
  }
}
