import type { WebSocket } from 'ws';

/**
 * What ws 8 keeps of a message until the next one: the mask, which it has used by now, and with it whatever else came from the
 * system, and the places for sixteen parts. That is half a kilobyte of each idle page.
 */
export function forgetLast(socket: WebSocket): void {
  const receiver: unknown = Reflect.get(socket, '_receiver');
  if (typeof receiver !== 'object' || receiver === null) return;
  Reflect.set(receiver, '_mask', undefined);
  const parts: unknown = Reflect.get(receiver, '_buffers');
  if (Array.isArray(parts) && parts.length === 0) Reflect.set(receiver, '_buffers', []);
}
