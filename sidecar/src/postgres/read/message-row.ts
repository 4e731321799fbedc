import { quote } from '../../api/error.ts';
import type { Message, Values } from '../../api/message.ts';
import { SidecarError } from '../../api/sidecar-error.ts';
import type { Arrival } from '../../delivery/arrival.ts';
import type { CommitTime } from '../../delivery/commit-time.ts';
import { keepText } from '../../lib/json-text.ts';

/** The form of a date as it is read: to the microsecond, in UTC. */
export const DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS.US';
/** So many characters of it are without the fraction of the second. */
export const SECONDS_LENGTH = 19;

/** A row of web_socketio_message as the read statement gives it: everything is text but the uid. */
export interface MessageRow {
  readonly id: string;
  readonly txid: string;
  readonly channel: string;
  readonly uid: number | null;
  /** With its fraction of a second. */
  readonly date: string;
  readonly values: string;
  /** Leased to a sidecar, or a dead letter: nobody may claim it. */
  readonly taken: boolean;
  /** In a queue: an attempt to deliver it has failed. */
  readonly failed: boolean;
}

/** Is there a message in this row? A join with something that is always there gives one row without. */
export function hasMessage<Row extends Partial<MessageRow>>(row: Row): row is Row & MessageRow {
  return typeof row.id === 'string';
}

/**
 * The message of a row.
 * @throws SidecarError `message_invalid` if the values are no JSON object: anything can insert a row
 */
export function toMessage(row: MessageRow): Message {
  let values: unknown;
  try {
    values = JSON.parse(row.values);
  } catch {
    values = undefined;
  }
  if (!isObject(values)) {
    throw new SidecarError(
      'message_invalid',
      `Message ${row.id} of channel ${quote(row.channel)} has the values ${quote(row.values)}, which are no JSON object. It is passed over. Insert an object, such as {"text": "hello"}.`,
    );
  }
  return {
    id: row.id,
    channel: row.channel,
    uid: row.uid,
    date: row.date.slice(0, SECONDS_LENGTH),
    values: keepText(values, row.values),
  };
}

/**
 * The messages of rows.
 * @param refuse told of rows that are none
 * @param committed when they were; undefined if that cannot be known
 */
export function toArrivals(
  rows: readonly MessageRow[],
  refuse: (error: SidecarError) => void,
  committed?: CommitTime,
): Arrival[] {
  const arrivals: Arrival[] = [];
  for (const row of rows) {
    try {
      const { txid, values, failed, taken } = row;
      arrivals.push({ message: toMessage(row), txid, size: values.length, failed, taken, committed });
    } catch (error) {
      if (!(error instanceof SidecarError)) throw error;
      refuse(error);
    }
  }
  return arrivals;
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
