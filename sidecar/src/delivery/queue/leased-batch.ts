import type { Message } from '../../api/message.ts';
import type { CommitTime } from '../commit-time.ts';
import type { Split, UnacknowledgedBatch } from '../listening/unacknowledged-batch.ts';
import type { LeaseStore } from './lease-store.ts';

/** Messages of a queue that are ours until they are acknowledged or requeued. */
export class LeasedBatch implements UnacknowledgedBatch {
  readonly mode = 'queue';
  isSent = false;
  readonly messages: readonly Message[];
  readonly committed: CommitTime | undefined;
  readonly #store: LeaseStore;

  /** @param committed when the first of them was, if it is known */
  constructor(store: LeaseStore, messages: readonly Message[], committed?: CommitTime) {
    this.#store = store;
    this.messages = messages;
    this.committed = committed;
  }

  get valid(): boolean {
    return this.#store.fresh;
  }

  get ids(): readonly string[] {
    return this.messages.map(({ id }) => id);
  }

  split(ids: ReadonlySet<string>): Split {
    const part = (messages: readonly Message[]) =>
      messages.length > 0 ? new LeasedBatch(this.#store, messages, this.committed) : null;
    return {
      done: part(this.messages.filter(({ id }) => ids.has(id))),
      rest: part(this.messages.filter(({ id }) => !ids.has(id))),
    };
  }

  async acknowledge(): Promise<boolean> {
    const acknowledged = await this.#store.acknowledge(this.ids);
    return acknowledged.size === this.messages.length;
  }

  requeue(failed: boolean): void {
    // Tried until it is done, or until the sidecar is being stopped: then leases go with its row.
    this.#store.requeue(this.ids, failed).catch(() => undefined);
  }
}
