import type { CommitTime } from '../commit-time.ts';
import type { Split, UnacknowledgedBatch } from '../listening/unacknowledged-batch.ts';
import type { Batch, Cursor } from './cursor.ts';

/** Who is told what became of messages that failed. */
export interface PassedOver {
  /** So many messages failed too often, and are passed over. */
  passedOver(count: number): void;
  /** Some failed, and are offered again. */
  failed(): void;
}

/** What a cursor gave out, until it is acknowledged or requeued. */
export class CursorBatch implements UnacknowledgedBatch {
  readonly mode = 'each';
  readonly valid = true;
  readonly cursor: Cursor;
  readonly batch: Batch;
  isSent = false;
  readonly #consumer: PassedOver;
  readonly #head: number;

  /** @param head the end of what had been read when somebody began to wait for it */
  constructor(cursor: Cursor, batch: Batch, consumer: PassedOver, head = Number.POSITIVE_INFINITY) {
    this.cursor = cursor;
    this.batch = batch;
    this.#consumer = consumer;
    this.#head = head;
  }

  get committed(): CommitTime | undefined {
    const [first] = this.batch;
    return first !== undefined && first.seq > this.#head ? first.committed : undefined;
  }

  get ids(): readonly string[] {
    return this.batch.map(({ message }) => message.id);
  }

  split(ids: ReadonlySet<string>): Split {
    const [done, rest] = this.cursor
      .split(this.batch, ids)
      .map((part) =>
        part.length > 0 ? new CursorBatch(this.cursor, part, this.#consumer, this.#head) : null,
      );
    return { done: done ?? null, rest: rest ?? null };
  }

  acknowledge(): boolean {
    this.cursor.acknowledge(this.batch);
    return true;
  }

  requeue(failed: boolean): void {
    const passed = this.cursor.requeue(this.batch, failed);
    if (passed.length > 0) this.#consumer.passedOver(passed.length);
    else if (failed) this.#consumer.failed();
  }
}
