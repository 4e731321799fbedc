import type { RunSignal } from '../../api/host.ts';
import type { UnacknowledgedBatch } from './unacknowledged-batch.ts';

/** Waits for messages, on behalf of a handler. */
export interface Consumer {
  /** How many characters it is offered at a time, more or less. */
  readonly most: number;
  /** Ends the wait: the promise rejects with its reason. */
  readonly signal: Pick<RunSignal, 'reason' | 'add' | 'delete'>;
  /**
   * Called before the wait ends: the batch is the consumer's now, to be acknowledged or requeued.
   * @param whole whether it was offered as much as it may be: there is more
   */
  hold(batch: UnacknowledgedBatch, whole: boolean): void;
}
