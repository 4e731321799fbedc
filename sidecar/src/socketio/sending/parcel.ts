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

/** A thousand pages that get the same messages share what says which they are … */
let lastContents = { epoch: '', ids: [] as readonly string[], text: '' };
/** … and those that read with the same arguments share a position, and with it all of the argument. */
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
  const contents = contentsOf(epoch, ids);
  const start = `{"${PARCEL_KEY}":{${id === null ? '' : `"id":${id},`}"key":${JSON.stringify(key)},${contents}}`;
  return new JsonText(position === null ? `${start}}` : `${start},${position.members}}`);
}

function contentsOf(epoch: string, ids: readonly string[]): string {
  if (lastContents.epoch !== epoch || !areSame(lastContents.ids, ids)) {
    lastContents = { epoch, ids, text: `"epoch":${JSON.stringify(epoch)},"ids":${JSON.stringify(ids)}` };
  }
  return lastContents.text;
}

/** Two namespaces may read with the same adapter: their messages are not the same to the page. */
function isSame(one: Parcel, other: Parcel): boolean {
  if (one.position !== other.position || one.key !== other.key || one.epoch !== other.epoch) return false;
  return areSame(one.ids, other.ids);
}

function areSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}
