import { quote } from '../../api/error.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { Notification } from '../../bus/notification.ts';
import type { ReadTable } from '../read/unseen.ts';

/** A row of bus_bus as the statements give it. */
export interface BusRow {
  readonly id: string;
  /** Null: of before the addon, or of another server. */
  readonly txid: string | null;
  readonly channel: string | null;
  readonly message: string | null;
}

/** A row, with its numbers as such. */
export interface MissedRow {
  readonly id: number;
  readonly txid: bigint | null;
  /** It is young enough for a first visit. */
  readonly isRecent: boolean;
  readonly row: BusRow;
}

export const BUS: ReadTable = { name: 'bus_bus', content: 'message' };

/**
 * What pages get of a row.
 * @param refuse told of a row that is no notification: one such row would spoil a frame with many
 */
export function toNotification(
  { id, txid, channel, message }: BusRow,
  refuse: (error: SidecarError) => void,
): Notification | null {
  try {
    JSON.parse(message ?? '');
  } catch {
    const text = `Notification ${id} of Odoo's bus on the channel ${quote(channel ?? '')} has the message ${quote(message ?? '')}, which is no JSON. It is passed over. Send with bus.bus._sendone.`;
    refuse(new SidecarError('notification_invalid', text));
    return null;
  }
  return { id: Number(id), txid, channel: channel ?? '', text: `{"id":${id},"message":${message}}` };
}
