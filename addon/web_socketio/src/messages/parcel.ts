import { PARCEL_KEY, POSITION_KEY } from '../../../../sidecar/protocol/events.ts';
import type { PagePositions } from '../../../../sidecar/protocol/position.ts';
import { isRecord, readPositions } from './position.ts';

/** Messages of an event: made by the sidecar, and only compared here. */
export interface ParcelMessages {
  /** Their database and purpose: the same for all copies of a message. */
  key: string;
  ids: string[];
}

/** An event's arguments, and what came in the same packet. */
export interface Parcel {
  args: unknown[];
  messages: ParcelMessages | undefined;
  /** How far the page has read once it has handled the event. */
  positions: PagePositions | undefined;
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
