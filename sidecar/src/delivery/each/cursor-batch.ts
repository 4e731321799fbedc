import type { Holding, Split } from '../unacknowledged-batch.ts';
import type { Batch, Cursor } from './cursor.ts';

/** Who is told what became of messages that failed. */
export interface PassedOver {
  /** So many messages failed too often, and are passed over. */
  passedOver(count: number): void;
  /** Some failed, and are offered again. */
  failed(): void;
}

/** What a cursor gave out, until it is confirmed or put back. */
export class CursorBatch implements Holding {
  readonly mode = 'each';
  readonly valid = true;
  readonly cursor: Cursor;
  readonly batch: Batch;
  isSent = false;
  readonly #taker: PassedOver;

  constructor(cursor: Cursor, batch: Batch, taker: PassedOver) {
    this.cursor = cursor;
    this.batch = batch;
    this.#taker = taker;
  }

  get ids(): readonly string[] {
    return this.batch.map(({ message }) => message.id);
  }

  split(ids: ReadonlySet<string>): Split {
    const [done, rest] = this.cursor
      .split(this.batch, ids)
      .map((part) => (part.length > 0 ? new CursorBatch(this.cursor, part, this.#taker) : null));
    return { done: done ?? null, rest: rest ?? null };
  }

  confirm(): boolean {
    this.cursor.confirm(this.batch);
    return true;
  }

  putBack(failed: boolean): void {
    const passed = this.cursor.putBack(this.batch, failed);
    if (passed.length > 0) this.#taker.passedOver(passed.length);
    else if (failed) this.#taker.failed();
  }
}
