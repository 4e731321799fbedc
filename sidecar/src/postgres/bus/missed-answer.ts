import type { SidecarError } from '../../api/sidecar-error.ts';
import type { Missed, Notification } from '../../bus/notification.ts';
import { positionOf } from './bus-mark.ts';
import type { BusPosition } from './bus-position.ts';
import { type MissedRow, toNotification } from './bus-row.ts';
import type { LastRows } from './missed-table.ts';
import {
  type Floor,
  lower,
  nothingReceived,
  type Received,
  receivedAt,
  receivedUpto,
  receivedUptoId,
} from './received.ts';

/** One socket that asks. */
export interface MissedQuestion {
  readonly missed: Missed;
  /** What comes later comes live. */
  readonly upto: BusPosition;
}

/** What it gets. */
export interface MissedAnswer {
  readonly notifications: readonly Notification[];
  /** A mark of where it is belongs to the end. */
  readonly needsMark: boolean;
}

/** What a browser with that `last` has. @param floor a transaction that is older than what a first visit gets */
export function toReceived(last: number, { highestId, rows }: LastRows, floor: bigint): Received {
  // It may be of a database that had another history, or come from anywhere: Odoo as well takes it for a first visit.
  if (last === 0 || last > highestId) return nothingReceived(floor);
  const row = rows.get(last);
  if (row === undefined || row.txid === null) return receivedUptoId(last);
  if (row.mark === null) return receivedUpto(row.txid, last);
  const position = positionOf(row.mark);
  return position === null ? receivedUptoId(last) : receivedAt(position, last);
}

/** The floor of each channel that is asked for. */
export function floorsOf(
  questions: readonly MissedQuestion[],
  receivedBy: ReadonlyMap<number, Received>,
): Map<string, Floor> {
  const floors = new Map<string, Floor>();
  for (const { missed } of questions) {
    const floor = receivedBy.get(missed.last)?.floor;
    if (floor === undefined) continue;
    for (const channel of missed.channels) {
      const other = floors.get(channel);
      floors.set(channel, other === undefined ? floor : lower(floor, other));
    }
  }
  return floors;
}

/** Answers questions out of rows that were read for all of them: those who ask for the same share the work. */
export class MissedAnswers {
  readonly #rows: ReadonlyMap<string, readonly MissedRow[]>;
  readonly #refuse: (error: SidecarError) => void;
  readonly #notifications = new Map<number, Notification | null>();
  /** By `last` and position, then by channel. */
  readonly #missed = new Map<string, Map<string, readonly MissedRow[]>>();

  /** @param refuse told of rows that are no notifications */
  constructor(rows: ReadonlyMap<string, readonly MissedRow[]>, refuse: (error: SidecarError) => void) {
    this.#rows = rows;
    this.#refuse = refuse;
  }

  answer({ missed, upto }: MissedQuestion, received: Received): MissedAnswer {
    const rows: MissedRow[] = [];
    for (const channel of missed.channels) {
      if (!this.#rows.has(channel)) continue;
      // One by one: as arguments of one call, more than a hundred thousand rows overflow the stack.
      for (const row of this.#of(channel, missed.last, upto, received)) rows.push(row);
    }
    rows.sort(byTransaction);
    const notifications: Notification[] = [];
    let last: MissedRow | undefined;
    for (const row of rows) {
      const notification = this.#toNotification(row);
      if (notification === null) continue;
      notifications.push(notification);
      last = row;
    }
    const isExact = last === undefined || (!missed.again && endsExactly(last, upto, received));
    return { notifications, needsMark: !isExact };
  }

  #of(channel: string, last: number, upto: BusPosition, received: Received): readonly MissedRow[] {
    const key = `${last} ${upto.text}`;
    let channels = this.#missed.get(key);
    if (channels === undefined) {
      channels = new Map();
      this.#missed.set(key, channels);
    }
    let rows = channels.get(channel);
    if (rows === undefined) {
      const isMissed = (row: MissedRow) =>
        (row.txid === null || upto.sees(row.txid, row.id)) && !received.has(row);
      rows = (this.#rows.get(channel) ?? []).filter(isMissed);
      channels.set(channel, rows);
    }
    return rows;
  }

  #toNotification({ id, row }: MissedRow): Notification | null {
    let notification = this.#notifications.get(id);
    if (notification === undefined) {
      notification = toNotification(row, this.#refuse);
      this.#notifications.set(id, notification);
    }
    return notification;
  }
}

/** Does this row, as the last one, say that everything up to it was received, and nothing above? */
function endsExactly({ txid }: MissedRow, { whole }: BusPosition, received: Received): boolean {
  return whole !== null && received.isBelow(txid) && (txid === null || txid < whole.xmin);
}

function byTransaction(one: MissedRow, other: MissedRow): number {
  if (one.txid === other.txid) return one.id - other.id;
  if (one.txid === null || other.txid === null) return one.txid === null ? -1 : 1;
  return one.txid < other.txid ? -1 : 1;
}
