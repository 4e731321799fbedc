import type { Values } from '../../api/message.ts';
import type { Broadcast } from '../gateway.ts';

/** Names of events that Socket.IO keeps for itself: https://socket.io/docs/v4/emit-cheatsheet/#reserved-events */
const RESERVED: ReadonlySet<unknown> = new Set([
  ...['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'],
]);

/** May this be emitted? */
export function isEvent(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && !RESERVED.has(name);
}

/** Names a control message that is a broadcast; null if it is none, or not as a sidecar writes it. */
export function readBroadcast(values: Values): Broadcast | null {
  const { type, path, event, args, except = null } = values;
  if (type !== 'broadcast' || typeof path !== 'string' || !isEvent(event)) return null;
  if (!Array.isArray(args) || (except !== null && typeof except !== 'string')) return null;
  return { path, event, args, except };
}
