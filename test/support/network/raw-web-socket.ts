import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const TEXT = 1;
const CLOSE = 8;

/** A WebSocket that a test writes byte by byte, mostly of Engine.IO: it may stop reading, and may send anything. */
export class RawWebSocket extends EventEmitter<{ answered: []; more: [] }> {
  readonly tcp: Socket;
  readonly messages: string[] = [];
  readonly closed: Promise<unknown>;
  /** The code of the server's close frame. */
  closeCode: number | null = null;
  #received = Buffer.alloc(0);
  #status = '';

  private constructor(tcp: Socket) {
    super();
    this.tcp = tcp;
    tcp.setNoDelay(true);
    tcp.on('error', () => undefined);
    // Not `once` of node:events: from Node 26 on it rejects by an error that came before it was called, too.
    this.closed = new Promise((resolve) => tcp.once('close', resolve));
    // Whoever waits for a message waits for its end, too.
    tcp.once('close', () => this.emit('more'));
    tcp.on('data', (data) => this.#read(data));
    onTestFinished(() => void tcp.destroy());
  }

  /**
   * @param version of Engine.IO, as in a URL
   * @param eager packets that do not wait for the answer
   * @returns once the server has answered; see `status`
   */
  static async open(
    url: string,
    headers: Readonly<Record<string, string>> = {},
    version = 'EIO=4',
    eager: readonly string[] = [],
  ): Promise<RawWebSocket> {
    return await RawWebSocket.openAt(url, `/socket.io/?${version}&transport=websocket`, headers, eager);
  }

  /** Of any protocol. @param path with its query @returns once the server has answered; see `status` */
  static async openAt(
    url: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    eager: readonly string[] = [],
  ): Promise<RawWebSocket> {
    const { hostname, port } = new URL(url);
    const raw = new RawWebSocket(connect(Number(port), hostname));
    const fields = {
      Host: `${hostname}:${port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      ...headers,
    };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    const answered = once(raw, 'answered');
    const request = Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    raw.tcp.write(Buffer.concat([request, ...eager.map(frame)]));
    await answered;
    return raw;
  }

  /** A connection with one namespace, as that user. */
  static async connect(url: string, path: string, auth: object): Promise<RawWebSocket> {
    const raw = await RawWebSocket.open(url);
    raw.send(`40${path},${JSON.stringify(auth)}`);
    await raw.next((message) => message.startsWith(`40${path},`));
    return raw;
  }

  /** The answer to the upgrade, such as `HTTP/1.1 101 Switching Protocols`, and the headers. */
  get status(): string {
    return this.#status;
  }

  /** Sends one Engine.IO packet. */
  send(packet: string | Buffer): void {
    this.tcp.write(frame(packet));
  }

  /** The first message that is so, of those that came and will come. */
  async next(is: (message: string) => boolean): Promise<string> {
    for (let seen = 0; ; seen += 1) {
      while (seen >= this.messages.length) {
        if (this.tcp.destroyed) throw new Error('The connection was closed');
        await once(this, 'more');
      }
      const message = this.messages[seen] ?? '';
      if (is(message)) return message;
    }
  }

  #read(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    if (this.#status === '') {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#status = this.#received.subarray(0, end).toString();
      this.#received = this.#received.subarray(end + 4);
      this.emit('answered');
    }
    if (!this.#status.includes(' 101 ')) return;
    for (let length = this.#readFrame(); length > 0; length = this.#readFrame())
      this.#received = this.#received.subarray(length);
  }

  /** @returns how many bytes the frame had; 0 if it is not there as a whole */
  #readFrame(): number {
    const buffer = this.#received;
    if (buffer.length < 2) return 0;
    const short = buffer.readUInt8(1) & 0x7f;
    const start = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (buffer.length < start) return 0;
    const long = short === 127 ? Number(buffer.readBigUInt64BE(2)) : short;
    const length = short === 126 ? buffer.readUInt16BE(2) : long;
    if (buffer.length < start + length) return 0;
    const payload = buffer.subarray(start, start + length);
    const type = buffer.readUInt8(0) & 0x0f;
    if (type === CLOSE) this.#leave(length >= 2 ? payload.readUInt16BE(0) : 1005);
    if (type === TEXT) this.#take(payload.toString());
    return start + length;
  }

  #leave(code: number): void {
    this.closeCode = code;
    // The server waits half a minute for those that do not.
    this.tcp.end();
  }

  #take(message: string): void {
    if (message === '2') this.send('3');
    this.messages.push(message);
    this.emit('more');
  }
}

/** A masked frame, as clients have to send them. */
function frame(packet: string | Buffer): Buffer {
  const payload = Buffer.from(packet);
  const type = 0x80 | (typeof packet === 'string' ? TEXT : 2);
  const { length } = payload;
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(6 + size);
  head.writeUInt8(type, 0);
  head.writeUInt8(0x80 | (size === 0 ? length : size === 2 ? 126 : 127), 1);
  if (size === 2) head.writeUInt16BE(length, 2);
  if (size === 8) head.writeBigUInt64BE(BigInt(length), 2);
  // A mask of zeros leaves the text as it is.
  return Buffer.concat([head, payload]);
}
