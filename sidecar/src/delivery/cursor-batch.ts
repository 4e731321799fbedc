import type { Batch, Cursor } from './cursor.ts';
import type { Holding } from './holding.ts';

/** What a cursor gave out, until it is confirmed or put back. */
export class CursorBatch implements Holding {
  readonly mode = 'each';
  readonly valid = true;
  readonly cursor: Cursor;
  readonly batch: Batch;
  readonly #passedOver: (count: number) => void;

  /** @param passedOver told how many messages failed too often */
  constructor(cursor: Cursor, batch: Batch, passedOver: (count: number) => void) {
    this.cursor = cursor;
    this.batch = batch;
    this.#passedOver = passedOver;
  }

  confirm(): boolean {
    this.cursor.confirm(this.batch);
    return true;
  }

  putBack(failed: boolean): void {
    const passed = this.cursor.putBack(this.batch, failed);
    if (passed.length > 0) this.#passedOver(passed.length);
  }
}
