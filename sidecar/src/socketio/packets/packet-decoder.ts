import { Decoder, type Packet, PacketType } from 'socket.io-parser';

/** Node calls functions with at most some ten thousand arguments; with more, the process ends. No event needs more. */
export const MOST_ARGUMENTS = 1_000;

/** Stands in place of the arguments of an event that had too many. */
export const TOO_MANY_ARGUMENTS = Symbol('too many arguments');

type OnPacket = (packet: Packet) => void;

/** Decodes as Socket.IO does, and keeps what would harm the process away from it. One for each connection. */
export abstract class PacketDecoder {
  readonly #decoder = new Decoder();
  readonly #most: number;
  #attached = 0;

  /** @param most how many bytes the attachments of one event may have */
  constructor(most: number) {
    this.#most = most;
  }

  /** @throws Error if it is no packet: Socket.IO closes the connection then */
  add(part: string | Buffer): void {
    if (typeof part === 'string') {
      this.#attached = 0;
    } else {
      this.#attached += part.length;
      if (this.#attached > this.#most) throw new Error('The attachments are too large');
    }
    this.#decoder.add(part);
  }

  on(event: 'decoded', listener: OnPacket): void {
    this.#decoder.on(event, (packet) => listener(tame(packet)));
  }

  removeListener(event: 'decoded'): void {
    this.#decoder.off(event);
  }

  destroy(): void {
    this.#decoder.destroy();
  }
}

/** The class that Socket.IO makes its decoders of. @param most bytes of attachments */
export function decoderOf(most: number): new () => PacketDecoder {
  return class extends PacketDecoder {
    constructor() {
      super(most);
    }
  };
}

function tame(packet: Packet): Packet {
  const { type, data } = packet;
  if (!Array.isArray(data) || data.length <= MOST_ARGUMENTS) return packet;
  const kept = type === PacketType.EVENT ? [data[0], TOO_MANY_ARGUMENTS] : data.slice(0, 1);
  return { ...packet, data: kept };
}
