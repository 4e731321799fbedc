import type { WebSocket } from 'ws';

/**
 * What ws 8 keeps of a message until the next one: the mask, which it has used by now, and with it whatever else came from the
 * system, and the places for sixteen parts. That is half a kilobyte of each idle page.
 */
export function forgetLast(socket: WebSocket): void {
  const { _receiver: receiver }: Inner = socket;
  if (receiver === undefined || receiver === null) return;
  receiver._mask = undefined;
  if (receiver._buffers?.length === 0) receiver._buffers = [];
}

/** Read as usual fields, for each message: `Reflect` has no quick way to them. */
interface Inner {
  readonly readyState: number;
  readonly _receiver?: { _mask?: unknown; _buffers?: unknown[] } | null;
}
