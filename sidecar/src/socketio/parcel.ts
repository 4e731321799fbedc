import { keepOwnText, keptText } from '../delivery/json-text.ts';

/** The messages of an event, as its client is told of them. */
export interface Parcel {
  /** What the messages are for: another adapter, or other arguments, and they are other messages to the client. */
  readonly key: string;
  /** In which database, and at what time of its, the ids mean something. */
  readonly epoch: string;
  readonly ids: readonly string[];
  /** An object `{ $position }` for a client that keeps positions. */
  readonly position: object | null;
}

interface Made {
  readonly parcel: Parcel;
  readonly argument: object;
}

const made = new WeakMap<object, Made>();

/**
 * An event's last argument.
 * @param id by which the client answers; null if it acknowledges
 */
export function toArgument(parcel: Parcel, id: number | null): object {
  const { key, epoch, ids, position } = parcel;
  if (id !== null) return { $parcel: { id, key, epoch, ids }, ...position };
  // A thousand pages that get the same messages share a position, and with it all of this, and its text.
  const last = position === null ? undefined : made.get(position);
  if (last !== undefined && isSame(last.parcel, parcel)) return last.argument;
  const argument = { $parcel: { key, epoch, ids }, ...position };
  if (position === null) return argument;
  const rest = keptText(position) ?? JSON.stringify(position);
  keepOwnText(argument, `{"$parcel":${JSON.stringify(argument.$parcel)},${rest.slice(1)}`);
  made.set(position, { parcel, argument });
  return argument;
}

/** Two namespaces may read with the same adapter: their messages are not the same to the page. */
function isSame(one: Parcel, other: Parcel): boolean {
  if (one.key !== other.key || one.epoch !== other.epoch || one.ids.length !== other.ids.length) return false;
  return one.ids.every((id, index) => id === other.ids[index]);
}
