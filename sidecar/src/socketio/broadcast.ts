import type { Values } from '../api/message.ts';
import type { Broadcast } from './gateway.ts';

/** Names a control message that is a broadcast; null if it is none, or not as a sidecar writes it. */
export function readBroadcast(values: Values): Broadcast | null {
  const { type, path, event, args, except = null } = values;
  if (type !== 'broadcast' || typeof path !== 'string' || typeof event !== 'string') return null;
  if (!Array.isArray(args) || (except !== null && typeof except !== 'string')) return null;
  return { path, event, args, except };
}
