import type { Mode } from '../../api/adapter.ts';
import type { CommitTime } from '../commit-time.ts';

/** Messages that a handler took and has neither acknowledged nor requeued. */
export interface UnacknowledgedBatch {
  readonly mode: Mode;
  /** False if somebody else may have them by now: then they must not be shown any more. */
  readonly valid: boolean;
  /** An event has brought it to the page. */
  isSent: boolean;
  /** When the first of its messages was; undefined if it was not read as it came, or had to wait for who takes it. */
  readonly committed?: CommitTime | undefined;
  /** Those of its messages. */
  readonly ids: readonly string[];
  /** @returns false if they were somebody else's already */
  acknowledge(): boolean | Promise<boolean>;
  /** They are offered again. @param failed the attempt counts; after too many a message becomes a dead letter */
  requeue(failed: boolean): void;
  /** Two that take its place: the messages with those ids, and the others. */
  split(ids: ReadonlySet<string>): Split;
}

/** What became of a batch that was split; null if there would be nothing in it. */
export interface Split {
  readonly done: UnacknowledgedBatch | null;
  readonly rest: UnacknowledgedBatch | null;
}
