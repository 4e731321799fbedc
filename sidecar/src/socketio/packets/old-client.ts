/** The clients of Socket.IO 1 and 2, which speak version 3 of Engine.IO. */

import type { Socket } from 'socket.io';
import { FAILURE } from '../../../protocol/events.ts';
import { splitAcknowledge } from '../handlers/event-answer.ts';

/** Versions of Engine.IO: 3 is of Socket.IO 1.3 to 2, 4 of those since. */
const VERSIONS = new Set(['3', '4']);

/** Whether a request is of a client that is served. @param rest of its URL, behind the path of Socket.IO */
export function isSupported(rest: string): boolean {
  // Socket.IO 0.9 has its own version there: `1/?t=…`.
  if (!rest.startsWith('?')) return false;
  return VERSIONS.has(new URLSearchParams(rest).get('EIO') ?? '');
}

/**
 * What a client says of itself in its handshake, which is outside data.
 *
 * Old ones have no `auth`: Socket.IO hands out what stands in the query of a namespace, texts only. In that of `/` they
 * can say nothing, so that of the connection counts there.
 */
export function authOf(socket: Socket): unknown {
  const { auth, query } = socket.handshake;
  return entersByItself(socket) ? query : auth;
}

/**
 * Whether nobody asked for this namespace: of old clients Socket.IO connects `/`, whatever they want. It can't be refused,
 * since Socket.IO 2 shows an error of `/` to all namespaces of the connection.
 */
export function entersByItself({ nsp, conn }: Socket): boolean {
  return nsp.name === '/' && conn.protocol === 3;
}

/** Whoever did want `/`, which nobody declares, hears so with each event. */
export function sayNameless(socket: Socket): void {
  socket.onAny((event: unknown, ...args: unknown[]) => {
    const code = 'namespace_unknown';
    const message = `No server module declares the namespace '/'. Connect one that is, such as '/longpolling'.`;
    const [, acknowledge] = splitAcknowledge(args);
    if (acknowledge === null) socket.emit(FAILURE, { event: String(event).slice(0, 100), code, message });
    else acknowledge({ ok: false, code, message });
  });
}

/**
 * Over long-polling Socket.IO 1 encodes texts as UTF-8 twice, Socket.IO 2 once, and both call it version 3. So to old clients
 * texts go in ASCII, which is the same either way, and what Socket.IO 1 sends is decoded once more. Otherwise `é` was two
 * other characters to handlers, and no event with a dash in it came to the client.
 */
export function translateTexts(connection: Connection): void {
  if (connection.protocol !== 3) return;
  let isFirst = false;
  connection.on('packetCreate', (packet: EnginePacket) => {
    if (typeof packet.data === 'string') packet.data = toAscii(packet.data);
  });
  // Before Socket.IO looks at its data.
  connection.on('packet', (packet: EnginePacket) => {
    if (packet.type !== 'message' || typeof packet.data !== 'string') return;
    if (FIRST_CONNECTS.test(packet.data)) isFirst = true;
    if (isFirst && connection.transport.name === 'polling') packet.data = decodeAgain(packet.data);
  });
}

type Connection = Socket['conn'];

/** What Engine.IO tells of a packet; changes count. */
interface EnginePacket {
  readonly type: string;
  data?: unknown;
}

/** Socket.IO 1 connects a namespace by `0/path`, Socket.IO 2 by `0/path,`. */
const FIRST_CONNECTS = /^0\/[^,]*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Of a packet, which has other characters in the texts of its JSON alone. */
function toAscii(packet: string): string {
  return packet.replaceAll(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A browser that sends bytes has encoded once: that is no UTF-8 any more, and stays as it is. */
function decodeAgain(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\0-\xff]/.test(text)) return text;
  try {
    return utf8.decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}
