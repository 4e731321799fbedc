import { quote } from '../api/error.ts';
import { field } from '../lib/field.ts';

/** A frame of a browser, once it is named. */
export type ClientFrame =
  | { readonly kind: 'subscribe'; readonly channels: readonly string[]; readonly last: number }
  | { readonly kind: 'event'; readonly name: string; readonly data: unknown }
  /** By which a browser finds out that its connection is dead. */
  | { readonly kind: 'alive' }
  /** Odoo looks at it, says so in its log, and goes on. */
  | { readonly kind: 'invalid'; readonly why: string };

const NUL = 0;
/**
 * So deep a frame may nest: Odoo's own parser takes 1,024 levels, that of its route some 900. Who writes JSON of thousands
 * runs out of stack, which would end the process.
 */
const DEEPEST = 500;
/** So many channels may be named. More than a megabyte of those of Odoo's JavaScript; each is a query for some. */
const MOST_CHANNELS = 10_000;

/** Names what came. Its text is quoted nowhere: channels of guests hold their tokens. */
export function readFrame(data: Buffer): ClientFrame {
  if (data.length === 1 && data[0] === NUL) return { kind: 'alive' };
  let frame: unknown;
  try {
    frame = JSON.parse(data.toString());
  } catch {
    return invalid(`${data.length} bytes that are no JSON`);
  }
  if (isDeeper(frame, DEEPEST)) return invalid(`${data.length} bytes that nest more than ${DEEPEST} levels`);
  const name = field(frame, 'event_name');
  if (typeof name !== 'string') return invalid(`no event_name that is a text, but ${typeName(name)}`);
  const content = field(frame, 'data');
  return name === 'subscribe' ? readSubscription(content) : { kind: 'event', name, data: content };
}

function readSubscription(data: unknown): ClientFrame {
  const channels = field(data, 'channels');
  const last = field(data, 'last');
  if (!Array.isArray(channels)) return invalid(`channels that are no array, but ${typeName(channels)}`);
  if (channels.length > MOST_CHANNELS) return invalid(`${channels.length} channels`);
  const other: unknown = channels.find((channel) => typeof channel !== 'string');
  if (other !== undefined || !isTexts(channels))
    return invalid(`the channel ${quote(other)}, which is no text`);
  if (typeof last !== 'number')
    return invalid(`a last notification that is no number, but ${typeName(last)}`);
  // What no id can be is from the future, and Odoo takes that for 0.
  return { kind: 'subscribe', channels, last: Number.isSafeInteger(Math.trunc(last)) ? Math.trunc(last) : 0 };
}

function isTexts(values: readonly unknown[]): values is string[] {
  return values.every((value) => typeof value === 'string');
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1));
}

function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function invalid(why: string): ClientFrame {
  return { kind: 'invalid', why };
}
