import { createHash } from 'node:crypto';
import type { Cursor } from '../../delivery/each/cursor.ts';

/** Arguments longer than this are named by their hash: the page sends the name at each handshake. */
const LONGEST = 100;

/** What a run reads: with which arguments it listened last, and where it is. */
export interface Reading {
  readonly cursor: Cursor;
  readonly args: readonly unknown[];
}

/** The usual case, at each delivery: the same handler listens in the same way again. */
export function isReadWith(reading: Reading, args: readonly unknown[]): boolean {
  const known = reading.args;
  if (known.length !== args.length) return false;
  for (let index = 0; index < args.length; index += 1) {
    // What is an object may have changed inside.
    if (known[index] !== args[index] || typeof args[index] === 'object') return false;
  }
  return true;
}

/** The name of a position: `my_addon.MyAdapter[7,"room"]`. */
export function readingKey(adapterKey: string, args: readonly unknown[]): string {
  if (args.length === 0) return adapterKey;
  const text = toText(args);
  if (text.length <= LONGEST) return adapterKey + text;
  return `${adapterKey}#${createHash('sha256').update(text).digest('base64url')}`;
}

function toText(args: readonly unknown[]): string {
  try {
    return JSON.stringify(args);
  } catch {
    // Of what is no JSON nobody can tell whether it is the same.
    return '[]';
  }
}
