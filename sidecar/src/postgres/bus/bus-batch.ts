import type { SidecarError } from '../../api/sidecar-error.ts';
import type { BusRead, Notification } from '../../bus/notification.ts';
import type { BusPosition } from './bus-position.ts';
import type { NewBusRow } from './bus-reader.ts';
import { toNotification } from './bus-row.ts';

/** What is told of rows that were read together. */
export class BusBatch {
  readonly position: BusPosition;
  readonly #rows: readonly NewBusRow[];
  readonly #exact: (txid: bigint) => boolean;

  /**
   * @param rows without marks, by transaction, then id
   * @param position after them
   * @param xmin the oldest transaction that was still open when they were read
   * @param highest the youngest that had been read before
   */
  constructor(rows: readonly NewBusRow[], position: BusPosition, xmin: bigint, highest: bigint) {
    this.#rows = rows;
    this.position = position;
    this.#exact = (txid) => txid < xmin && txid > highest;
  }

  /** How many transactions they are of. */
  get commits(): number {
    return new Set(this.#rows.map(({ txid }) => txid)).size;
  }

  /** Does somebody hear a row that does not say by itself what was received? */
  needsMark(hears: (channel: string) => boolean): boolean {
    return this.#rows.some(({ channel, txid }) => hears(channel ?? '') && !this.#exact(BigInt(txid)));
  }

  /** @param refuse told of rows that are no notifications */
  read(
    hears: (channel: string) => boolean,
    mark: Notification | null,
    refuse: (error: SidecarError) => void,
  ): BusRead {
    const inexact = new Set<number>();
    const notifications: Notification[] = [];
    for (const row of this.#rows) {
      if (!hears(row.channel ?? '')) continue;
      const notification = toNotification(row, refuse);
      if (notification === null) continue;
      notifications.push(notification);
      if (!this.#exact(BigInt(row.txid))) inexact.add(notification.id);
    }
    return { notifications, inexact, mark };
  }
}
