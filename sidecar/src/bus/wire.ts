import type { Socket } from 'node:net';
import { WebSocket } from 'ws';

/** Who has a connection. */
export interface WireOwner {
  message(data: Buffer, isBinary: boolean): void;
  /** A ping or a pong came. */
  control(): void;
  /** It takes nothing of what waits for it, and may not wait any longer. */
  slow(waiting: number): void;
  /** Something came that is against the protocol: it is being closed. */
  broken(error: Error): void;
  /** It is closed. */
  gone(code: number, reason: Buffer): void;
}

/** Times in milliseconds, and what may wait. */
export interface WireLimits {
  readonly queueBytes: number;
  /** Without a frame of the browser for so long, it is asked for one. Proxies mostly cut after 60 s of silence. */
  readonly pingMs: number;
  /** So long the answer, and that to a close, may take. */
  readonly answerMs: number;
  /** So long a browser may take nothing of what waits, if that is more than may. */
  readonly stalledMs: number;
  /** The same, whatever waits. */
  readonly deadMs: number;
}

/** Those of Odoo, and those of the connections of Socket.IO. */
export const WIRE_TIMES = { pingMs: 40_000, answerMs: 15_000, stalledMs: 20_000, deadMs: 60_000 };

/** So many times what may wait is too much even for a browser that reads. */
const TOO_MUCH = 4;
/** How long a browser that does not read may take to hear why it is closed. */
const CLOSE_MS = 1_000;

/**
 * A WebSocket that has one owner and no timer: one `tick` for all of them sends pings and finds the dead. Its listeners are
 * functions that all connections share.
 */
export class Wire extends WebSocket {
  owner: WireOwner | null = null;
  #tcp: Socket | null = null;
  #limits: WireLimits = { queueBytes: 0, ...WIRE_TIMES };
  #heardAt = 0;
  /** 0 while nothing is awaited. */
  #answerBy = 0;
  /** How many bytes the browser had taken when somebody last looked, and when it took the last of them. */
  #taken = 0;
  #takenAt = 0;

  /** What it runs over. */
  get tcp(): Socket | null {
    return this.#tcp;
  }

  /** Gives it an owner, or another one. @param now by the monotonic clock, in milliseconds */
  begin(tcp: Socket, owner: WireOwner, limits: WireLimits, now: number): void {
    const isNew = this.#tcp === null;
    this.#tcp = tcp;
    this.#limits = limits;
    this.#heardAt = Math.round(now);
    this.owner = owner;
    if (!isNew) return;
    this.on('message', onMessage).on('ping', onControl).on('pong', onControl);
    this.on('error', onError).on('close', onClose);
  }

  /** Something came. */
  heard(now: number): void {
    this.#heardAt = Math.round(now);
    if (this.readyState === WebSocket.OPEN) this.#answerBy = 0;
  }

  /**
   * Writes a whole frame. `ws` has none of its own under way: without compression it writes each at once.
   */
  write(frame: Buffer): void {
    const tcp = this.#tcp;
    if (tcp === null || this.readyState !== WebSocket.OPEN) return;
    if (tcp.writableLength > this.#limits.queueBytes * TOO_MUCH)
      return void this.owner?.slow(tcp.writableLength);
    tcp.write(frame);
  }

  /** Odoo answers a close without a code with 1000, and its JavaScript does not come back then; `ws` repeats that there is none. */
  override close(code = 1000, reason?: string | Buffer): void {
    super.close(code, reason);
  }

  /** The same, for a browser that may never read it. */
  cut(code: number): void {
    this.close(code);
    setTimeout(() => this.terminate(), CLOSE_MS).unref();
  }

  /** To be called every few seconds. @param now by the monotonic clock, in milliseconds */
  tick(now: number): void {
    const { answerMs, pingMs } = this.#limits;
    const at = Math.round(now);
    if (this.#answerBy !== 0 && at >= this.#answerBy) return void this.terminate();
    if (this.readyState !== WebSocket.OPEN) {
      if (this.#answerBy === 0) this.#answerBy = at + answerMs;
      return;
    }
    // Behind what waits, a ping would come too late: whether anything of that is taken says as much.
    if (this.#tcp !== null && this.#tcp.writableLength > 0) return void this.#look(this.#tcp, at);
    this.#takenAt = 0;
    if (this.#answerBy !== 0 || at - this.#heardAt < pingMs) return;
    this.#answerBy = at + answerMs;
    this.ping();
  }

  #look(tcp: Socket, at: number): void {
    const taken = tcp.bytesWritten - tcp.writableLength;
    if (this.#takenAt === 0 || taken !== this.#taken) {
      this.#taken = taken;
      this.#takenAt = at;
    }
    const stands = at - this.#takenAt;
    const { queueBytes, stalledMs, deadMs } = this.#limits;
    if (stands >= stalledMs && tcp.writableLength > queueBytes) this.owner?.slow(tcp.writableLength);
    else if (stands >= deadMs) this.terminate();
  }
}

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  if (this instanceof Wire && Buffer.isBuffer(data)) this.owner?.message(data, isBinary);
}

function onControl(this: WebSocket): void {
  if (this instanceof Wire) this.owner?.control();
}

function onError(this: WebSocket, error: Error): void {
  if (this instanceof Wire) this.owner?.broken(error);
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  if (this instanceof Wire) this.owner?.gone(code, reason);
}
