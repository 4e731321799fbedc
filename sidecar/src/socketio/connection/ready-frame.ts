import type { Transport } from 'engine.io';
import type { WebSocket } from 'ws';

export type Packet = Parameters<Transport['send']>[0][number];

/** Of WebSockets, as a number: https://websockets.spec.whatwg.org/#dom-websocket-readystate */
const OPEN = 1;

/** What goes to many connections is in a frame already, once for all of them. */
export function readyFrame({ options }: Packet): readonly Buffer[] | null {
  const ready: ReadyOptions | undefined = options;
  return ready?.wsPreEncodedFrame ?? null;
}

/** @returns false if frames cannot be sent as they are: the WebSocket is being closed, or ws has changed */
export function sendFrame(socket: WebSocket, frame: readonly Buffer[]): boolean {
  if (socket.readyState !== OPEN) return false;
  // ws 8 has no public way to send a frame; Engine.IO does it like this as well.
  const { _sender: sender }: Inner = socket;
  if (typeof sender?.sendFrame !== 'function') return false;
  sender.sendFrame(frame);
  return true;
}

interface ReadyOptions {
  readonly compress?: boolean;
  readonly wsPreEncodedFrame?: readonly Buffer[];
}

/** Read as usual fields, for each message: `Reflect` has no quick way to them. */
interface Inner {
  readonly readyState: number;
  readonly _sender?: { sendFrame?(frame: readonly Buffer[]): void };
}
