import { PARCEL_KEY } from '../../../protocol/events.ts';
import { JsonText } from '../../lib/json-text.ts';

/** The messages of an event, as its client is told of them. */
export interface Parcel {
  /** What the messages are for: another adapter, or other arguments, and they are other messages to the client. */
  readonly key: string;
  /** In which database, and at what time of its, the ids mean something. */
  readonly epoch: string;
  readonly ids: readonly string[];
  /** An object `{ $position }` for a client that keeps positions. */
  readonly position: JsonText | null;
}

/** A thousand pages that get the same messages share a position, and with it all of the argument. */
let last: { readonly parcel: Parcel; readonly argument: JsonText } | null = null;

/**
 * An event's last argument.
 * @param id by which the client answers; null if it acknowledges
 */
export function toArgument(parcel: Parcel, id: number | null): JsonText {
  if (id !== null || parcel.position === null) return toText(parcel, id);
  if (last === null || !isSame(last.parcel, parcel)) last = { parcel, argument: toText(parcel, null) };
  return last.argument;
}

function toText({ key, epoch, ids, position }: Parcel, id: number | null): JsonText {
  const contents = `"key":${JSON.stringify(key)},"epoch":${JSON.stringify(epoch)},"ids":${JSON.stringify(ids)}`;
  const start = `{"${PARCEL_KEY}":{${id === null ? '' : `"id":${id},`}${contents}}`;
  return new JsonText(position === null ? `${start}}` : `${start},${position.text.slice(1)}`);
}

/** Two namespaces may read with the same adapter: their messages are not the same to the page. */
function isSame(one: Parcel, other: Parcel): boolean {
  if (one.position !== other.position || one.key !== other.key || one.epoch !== other.epoch) return false;
  return one.ids.length === other.ids.length && one.ids.every((id, index) => id === other.ids[index]);
}
