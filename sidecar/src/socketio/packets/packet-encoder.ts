import { Encoder, type Packet, PacketType } from 'socket.io-parser';
import { keptText } from '../../lib/json-text.ts';

/**
 * Encodes events as Socket.IO does, except that it puts the JSON of messages in place which was kept when they were read:
 * what goes to a thousand sockets is encoded once, and not searched for binary data a thousand times.
 *
 * Format: https://socket.io/docs/v4/socket-io-protocol/#packet-encoding
 */
export class PacketEncoder extends Encoder {
  override encode(packet: Packet): ReturnType<Encoder['encode']> {
    const data = packet.type === PacketType.EVENT ? encodeArray(packet.data, encodeArgument) : undefined;
    if (data === undefined) return super.encode(packet);
    const namespace = packet.nsp === '/' ? '' : `${packet.nsp},`;
    return [`${packet.type}${namespace}${packet.id ?? ''}${data}`];
  }
}

/** JSON of an event's name or argument; undefined if it has to be looked at closely. */
function encodeArgument(value: unknown): string | undefined {
  return encodeKnown(value) ?? encodeArray(value, encodeKnown);
}

function encodeKnown(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null) return keptText(value);
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain || value === null ? JSON.stringify(value) : undefined;
}

function encodeArray(value: unknown, encode: (item: unknown) => string | undefined): string | undefined {
  if (!Array.isArray(value)) return undefined;
  let text = '';
  for (const item of value) {
    const encoded = encode(item);
    if (encoded === undefined) return undefined;
    text += text === '' ? encoded : `,${encoded}`;
  }
  return `[${text}]`;
}
