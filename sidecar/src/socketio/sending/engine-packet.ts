import type { Socket } from 'socket.io';

/** An Engine.IO connection. */
export type Connection = Socket['conn'];

/** What Socket.IO gives to a connection. */
export type WriteArguments = Parameters<Connection['write']>;

/** What Engine.IO tells of a packet. */
export interface EnginePacket {
  readonly type: string;
  readonly data?: string | Buffer;
}

/** What is kept of a packet that waits, besides its text. */
export const PACKET_BYTES = 200;
/** Its kind, how many binary packets follow, and its namespace. */
const EVENT = /^[2356](?:\d+-)?(\/[^,]*)?/;

/** Is that the text of an event, or of an acknowledgement, as Socket.IO writes them? */
export function isEventOf(nameSpace: string, text: string): boolean {
  const start = EVENT.exec(text);
  return start !== null && (start[1] ?? '/') === nameSpace;
}

/** For how many bytes a packet counts. */
export function sizeOf([data]: WriteArguments): number {
  return PACKET_BYTES + (typeof data === 'string' ? data.length : data.byteLength);
}

/** How many bytes Engine.IO and the WebSocket have that the system did not take yet. */
export function leftOf(connection: Connection): number {
  const webSocket: unknown = Reflect.get(connection.transport, 'socket');
  const buffered =
    typeof webSocket === 'object' && webSocket !== null ? Reflect.get(webSocket, 'bufferedAmount') : 0;
  let left = typeof buffered === 'number' ? buffered : 0;
  const packets: readonly { readonly data?: string | Buffer }[] =
    Reflect.get(connection, 'writeBuffer') ?? [];
  for (const { data } of packets) left += data?.length ?? 0;
  return left;
}
