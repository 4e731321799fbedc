import { quote, SocketIOError } from '../api/error.ts';
import type { Message, Values } from '../api/message.ts';

/** A row of web_socketio_message as the read statement gives it: everything is text but the uid. */
export interface MessageRow {
  readonly id: string;
  readonly txid: string;
  readonly channel: string;
  readonly uid: number | null;
  readonly date: string;
  readonly values: string;
}

/**
 * The message of a row.
 * @throws SocketIOError `message_invalid` if the values are no JSON object: anything can insert a row
 */
export function toMessage(row: MessageRow): Message {
  let values: unknown;
  try {
    values = JSON.parse(row.values);
  } catch {
    values = undefined;
  }
  if (!isObject(values)) {
    throw new SocketIOError(
      'message_invalid',
      `Message ${row.id} of channel ${quote(row.channel)} has the values ${quote(row.values)}, which are no JSON object. It is passed over. Insert an object, such as {"text": "hello"}.`,
    );
  }
  return { id: row.id, channel: row.channel, uid: row.uid, date: row.date, values };
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
