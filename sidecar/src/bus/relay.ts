import { WebSocket } from 'ws';
import type { Problem } from '../api/problem.ts';
import { TRY_LATER } from './close-codes.ts';
import { eventedProblem } from './evented-worker.ts';
import type { Wire, WireOwner } from './wire.ts';

/** What all relays share. */
export interface RelayParts {
  readonly queueBytes: number;
  gone(relay: Relay): void;
  warn(kind: string, problem: Problem): void;
}

/** A connection that is passed on to Odoo's evented worker, which does all the rest, frame by frame. */
export class Relay implements WireOwner {
  readonly wire: Wire;
  readonly #upstream: WebSocket;
  readonly #parts: RelayParts;
  #isOver = false;

  /** @param early what came over it already */
  constructor(wire: Wire, upstream: WebSocket, parts: RelayParts, early: readonly Buffer[] = []) {
    this.wire = wire;
    this.#upstream = upstream;
    this.#parts = parts;
    if (upstream.readyState === WebSocket.CONNECTING) {
      wire.pause();
      upstream.once('open', () => {
        for (const frame of early) upstream.send(frame, { binary: false });
        wire.resume();
      });
    }
    upstream.on('message', (data, isBinary) => {
      if (wire.bufferedAmount > parts.queueBytes) this.slow(wire.bufferedAmount);
      else wire.send(data, { binary: isBinary });
    });
    upstream.on('error', (error) => this.#failed(error));
    upstream.on('close', (code, reason) => this.#end(isPassable(code) ? code : TRY_LATER, reason));
  }

  message(data: Buffer, isBinary: boolean): void {
    this.wire.heard(performance.now());
    if (this.#upstream.readyState !== WebSocket.OPEN) return;
    const waiting = this.#upstream.bufferedAmount;
    if (waiting <= this.#parts.queueBytes) {
      this.#upstream.send(data, { binary: isBinary });
      return;
    }
    // It hangs, or the page sends faster than it reads: it would read no close either.
    this.#failed(new Error(`${waiting} bytes of one page wait for it`));
    this.#upstream.terminate();
  }

  control(): void {
    this.wire.heard(performance.now());
  }

  slow(waiting: number): void {
    if (this.#isOver) return;
    const message = `${waiting} bytes of Odoo's evented worker wait for a page that does not read: its connection is cut`;
    this.#parts.warn('slow', { code: 'client_slow', message });
    this.#isOver = true;
    this.wire.cut(TRY_LATER);
  }

  broken(): void {
    this.#upstream.terminate();
  }

  gone(code: number, reason: Buffer): void {
    this.#isOver = true;
    this.wire.owner = null;
    // A page that vanished, or one that never got there: the evented worker is to see the same.
    if (isPassable(code) && this.#upstream.readyState === WebSocket.OPEN) this.#upstream.close(code, reason);
    else this.#upstream.terminate();
    this.#parts.gone(this);
  }

  /** To be called every few seconds. @param now by the monotonic clock, in milliseconds */
  tick(now: number): void {
    this.wire.tick(now);
  }

  close(code: number): void {
    this.#end(code);
  }

  #failed({ message }: Error): void {
    if (this.#isOver) return;
    this.#parts.warn('evented', eventedProblem(message));
    this.#end(TRY_LATER);
  }

  #end(code: number, reason?: Buffer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // It may wait for the evented worker, and would not see the answer.
    this.wire.resume();
    this.wire.close(code, reason);
  }
}

/** Codes that stand for no code may not be sent. */
function isPassable(code: number): boolean {
  return code !== 1005 && code !== 1006 && code !== 1015;
}
