import type { Values } from '../api/message.ts';

/** An event for all sockets of a namespace in one database, over all sidecars. */
export interface Broadcast {
  /** The path of the namespace. */
  readonly path: string;
  readonly event: string;
  readonly args: readonly unknown[];
  /** The id of the socket that does not get it. */
  readonly except: string | null;
}

/** Names of events that Socket.IO keeps for itself: https://socket.io/docs/v4/emit-cheatsheet/#reserved-events */
const RESERVED: ReadonlySet<unknown> = new Set([
  ...['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'],
]);

/** May this be emitted? */
export function isEvent(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && !RESERVED.has(name);
}

/** Names a broadcast, which anybody may have inserted; null if it is not as a sidecar writes it. */
export function readBroadcast({ path, event, args, except = null }: Values): Broadcast | null {
  if (typeof path !== 'string' || !isEvent(event) || !Array.isArray(args)) return null;
  if (except !== null && typeof except !== 'string') return null;
  return { path, event, args, except };
}
