import { Encoder, type Packet, PacketType } from 'socket.io-parser';
import { argumentText, listText } from '../../lib/json-text.ts';

/**
 * Encodes events as Socket.IO does, except that it puts the JSON of messages in place which was kept when they were read:
 * what goes to a thousand sockets is encoded once, and not searched for binary data a thousand times.
 *
 * Format: https://socket.io/docs/v4/socket-io-protocol/#packet-encoding
 */
export class PacketEncoder extends Encoder {
  override encode(packet: Packet): ReturnType<Encoder['encode']> {
    const data = packet.type === PacketType.EVENT ? listText(packet.data, argumentText) : undefined;
    if (data === undefined) return super.encode(packet);
    const namespace = packet.nsp === '/' ? '' : `${packet.nsp},`;
    return [`${packet.type}${namespace}${packet.id ?? ''}${data}`];
  }
}
