import type { Writable } from 'node:stream';

/** Hands what is written until the end of this turn of the event loop to the system in one piece: each costs a call of it. */
export function writeTogether(stream: Writable): void {
  stream.cork();
  setImmediate(() => stream.uncork());
}
