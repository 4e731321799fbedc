import type { Batch, Cursor } from './cursor.ts';
import type { Holding } from './holding.ts';

/** Who is told how many messages failed too often. */
export interface PassedOver {
  passedOver(count: number): void;
}

/** What a cursor gave out, until it is confirmed or put back. */
export class CursorBatch implements Holding {
  readonly mode = 'each';
  readonly valid = true;
  readonly cursor: Cursor;
  readonly batch: Batch;
  readonly #taker: PassedOver;

  constructor(cursor: Cursor, batch: Batch, taker: PassedOver) {
    this.cursor = cursor;
    this.batch = batch;
    this.#taker = taker;
  }

  confirm(): boolean {
    this.cursor.confirm(this.batch);
    return true;
  }

  putBack(failed: boolean): void {
    const passed = this.cursor.putBack(this.batch, failed);
    if (passed.length > 0) this.#taker.passedOver(passed.length);
  }
}
