import type { Transport } from 'engine.io';
import type { WebSocket } from 'ws';

export type Packet = Parameters<Transport['send']>[0][number];

/** Of WebSockets, as a number: https://websockets.spec.whatwg.org/#dom-websocket-readystate */
const OPEN = 1;

/** What goes to many connections is in a frame already, once for all of them. */
export function readyFrame({ options }: Packet): readonly Buffer[] | null {
  const frame: unknown = options === undefined ? undefined : Reflect.get(options, 'wsPreEncodedFrame');
  return Array.isArray(frame) ? frame : null;
}

/** @returns false if frames cannot be sent as they are: the WebSocket is being closed, or ws has changed */
export function sendFrame(socket: WebSocket, frame: readonly Buffer[]): boolean {
  if (socket.readyState !== OPEN) return false;
  // ws 8 has no public way to send a frame; Engine.IO does it like this as well.
  const sender: unknown = Reflect.get(socket, '_sender');
  const send: unknown = typeof sender === 'object' && sender !== null && Reflect.get(sender, 'sendFrame');
  if (typeof send !== 'function') return false;
  Reflect.apply(send, sender, [frame]);
  return true;
}
