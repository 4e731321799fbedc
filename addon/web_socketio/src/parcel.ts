import { PARCEL_KEY, POSITION_KEY } from '../../../sidecar/protocol/events.ts';
import { isRecord, type PositionMap, readPositions } from './position.ts';

/** Messages of an event; made by the server, and only compared here. */
export interface ParcelMessages {
  /** In which database they are, and what for: the same for all copies of the same message. */
  key: string;
  ids: string[];
}

/** An event's arguments, and what came in the same packet. */
export interface Parcel {
  args: unknown[];
  messages: ParcelMessages | undefined;
  /** How far the page is when it has handled the event. */
  positions: PositionMap | undefined;
}

const KEYS = new Set([PARCEL_KEY, POSITION_KEY]);

/** Takes the parcel off an event's arguments: a last argument whose only keys are `$parcel` and `$position`. */
export function splitParcel(args: unknown[]): Parcel {
  const last = args.at(-1);
  const keys = isRecord(last) ? Object.keys(last) : [];
  if (!isRecord(last) || keys.length === 0 || !keys.every((key) => KEYS.has(key))) {
    return { args, messages: undefined, positions: undefined };
  }
  const { [PARCEL_KEY]: parcel, [POSITION_KEY]: positions } = last;
  return {
    args: args.slice(0, -1),
    messages: readMessages(parcel),
    positions: positions === undefined ? undefined : readPositions(positions),
  };
}

function readMessages(data: unknown): ParcelMessages | undefined {
  if (!isRecord(data)) return undefined;
  const { key, epoch, ids } = data;
  if (!Array.isArray(ids) || ids.length === 0) return undefined;
  return { key: `${String(epoch)} ${String(key)}`, ids: ids.map(String) };
}
