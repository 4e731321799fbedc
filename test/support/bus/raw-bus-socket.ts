import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { WORKER_VERSION } from './bus-socket.ts';

export const OPCODE = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
  unknown: 11,
} as const;

export interface RawFrame {
  readonly opcode: number;
  readonly payload?: string | Buffer;
  /** False if more of it follows. */
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  readonly reserved?: number;
  /** What the head says instead of the payload's true length. */
  readonly length?: number;
}

/** A WebSocket at `/websocket` that a test writes frame by frame, right or wrong. It answers nothing by itself. */
export class RawBusSocket {
  /** What the server sent: opcode and payload. */
  readonly frames: { readonly opcode: number; readonly payload: Buffer }[] = [];
  /** Resolves when the TCP connection is gone. */
  readonly closed: Promise<unknown>;
  readonly #tcp: Duplex;
  readonly #events = new EventEmitter<{ frame: [] }>();
  #received: Buffer;

  private constructor(tcp: Duplex, head: Buffer) {
    this.#tcp = tcp;
    this.#received = head;
    tcp.on('error', () => undefined);
    this.closed = new Promise((resolve) => tcp.once('close', resolve));
    tcp.once('close', () => this.#events.emit('frame'));
    tcp.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#read();
    });
    this.#read();
  }

  /** @param onFinished where its release is registered */
  static async open(
    url: string,
    onFinished: (release: () => void) => void = onTestFinished,
  ): Promise<RawBusSocket> {
    const asked = request(`${url}/websocket?version=${WORKER_VERSION}`, {
      agent: false,
      headers: {
        Origin: url,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      },
    });
    asked.end();
    const [, tcp, head] = await once(asked, 'upgrade');
    onFinished(() => void tcp.destroy());
    return new RawBusSocket(tcp, head);
  }

  send(frame: RawFrame): void {
    this.#tcp.write(encode(frame));
  }

  /** The first frame of that kind, of those that came and will come. */
  async next(opcode: number): Promise<Buffer> {
    for (;;) {
      const found = this.frames.find((frame) => frame.opcode === opcode);
      if (found !== undefined) return found.payload;
      if (this.#tcp.destroyed) throw new Error(`The connection was closed before a frame ${opcode} came`);
      await once(this.#events, 'frame');
    }
  }

  /** The code of the server's close frame. */
  async closeCode(): Promise<number> {
    return (await this.next(OPCODE.close)).readUInt16BE(0);
  }

  #read(): void {
    for (;;) {
      const buffer = this.#received;
      if (buffer.length < 2) return;
      const short = buffer.readUInt8(1) & 0x7f;
      const start = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (buffer.length < start) return;
      const length =
        short === 127 ? Number(buffer.readBigUInt64BE(2)) : short === 126 ? buffer.readUInt16BE(2) : short;
      if (buffer.length < start + length) return;
      const payload = buffer.subarray(start, start + length);
      this.#received = buffer.subarray(start + length);
      this.frames.push({ opcode: buffer.readUInt8(0) & 0x0f, payload });
      this.#events.emit('frame');
    }
  }
}

function encode({
  opcode,
  payload = '',
  isLast = true,
  isMasked = true,
  reserved = 0,
  ...frame
}: RawFrame): Buffer {
  const body = Buffer.from(payload);
  const { length = body.length } = frame;
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  // A mask of zeros leaves the payload as it is.
  const head = Buffer.alloc(2 + size + (isMasked ? 4 : 0));
  head.writeUInt8((isLast ? 0x80 : 0) | (reserved << 4) | opcode, 0);
  head.writeUInt8((isMasked ? 0x80 : 0) | (size === 0 ? length : size === 2 ? 126 : 127), 1);
  if (size === 2) head.writeUInt16BE(length, 2);
  if (size === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, body]);
}
