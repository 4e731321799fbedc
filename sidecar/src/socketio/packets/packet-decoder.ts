import { Decoder, type Packet, PacketType } from 'socket.io-parser';

/** Node calls functions with at most some ten thousand arguments; with more, the process ends. No event needs more. */
export const MOST_ARGUMENTS = 1_000;

/** Stands in place of the arguments of an event that had too many. */
export const TOO_MANY_ARGUMENTS = Symbol('too many arguments');

type OnPacket = (packet: Packet) => void;

const ignore: OnPacket = () => undefined;

/** Decodes what is a packet in one part, for all connections. Whose it is stands beside it. */
const whole = new Decoder();
let listening = ignore;
whole.on('decoded', (packet) => listening(tame(packet)));

/** The kinds of packets that have attachments: these come in parts of their own. */
const HAS_ATTACHMENTS = new Set([`${PacketType.BINARY_EVENT}`, `${PacketType.BINARY_ACK}`]);

/**
 * Decodes as Socket.IO does, and keeps what would harm the process away from it. One for each connection; a decoder of
 * Socket.IO's, which is ten times as large, only for one that sends attachments.
 */
export abstract class PacketDecoder {
  readonly #most: number;
  #decoder: Decoder | null = null;
  #listener = ignore;
  #attached = 0;

  /** @param most how many bytes the attachments of one event may have */
  constructor(most: number) {
    this.#most = most;
  }

  /** @throws Error if it is no packet: Socket.IO closes the connection then */
  add(part: string | Buffer): void {
    if (typeof part === 'string') {
      this.#attached = 0;
      if (this.#decoder === null && !HAS_ATTACHMENTS.has(part.charAt(0))) {
        this.#addWhole(part);
        return;
      }
    } else {
      this.#attached += part.length;
      if (this.#attached > this.#most) throw new Error('The attachments are too large');
    }
    this.#decoder ??= this.#open();
    this.#decoder.add(part);
  }

  on(_event: 'decoded', listener: OnPacket): void {
    this.#listener = listener;
  }

  removeListener(_event: 'decoded'): void {
    this.#listener = ignore;
  }

  destroy(): void {
    this.#decoder?.destroy();
  }

  #addWhole(part: string): void {
    const before = listening;
    listening = this.#listener;
    try {
      whole.add(part);
    } finally {
      listening = before;
    }
  }

  #open(): Decoder {
    const decoder = new Decoder();
    decoder.on('decoded', (packet) => this.#listener(tame(packet)));
    return decoder;
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
