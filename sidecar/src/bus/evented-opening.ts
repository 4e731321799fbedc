import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** How it ends, of which one is called. */
export interface OpeningEnd {
  opened(): void;
  /** The page is still there, to be told. */
  refused(why: string): void;
  left(): void;
}

/** A page that waits for the evented worker to accept its connection: what that refuses, the page is refused. */
export class EventedOpening {
  readonly #tcp: Socket;
  readonly #upstream: WebSocket;
  readonly #end: OpeningEnd;
  readonly #leave = () => this.stop();
  #isOver = false;

  constructor(tcp: Socket, upstream: WebSocket, end: OpeningEnd) {
    this.#tcp = tcp;
    this.#upstream = upstream;
    this.#end = end;
    // Unless somebody reads it, nobody sees that it has gone. A browser says nothing before it is let in.
    tcp.on('data', this.#leave).on('end', this.#leave).on('close', this.#leave).on('error', this.#leave);
    upstream.once('open', () => this.#over() && end.opened());
    // It stays: an upstream that is ended before it was opened tells it as an error.
    upstream.on('error', ({ message }) => this.#over() && end.refused(message));
  }

  /** Ends both sides. May be called twice. */
  stop(): void {
    if (!this.#over()) return;
    this.#upstream.terminate();
    this.#tcp.destroy();
    this.#end.left();
  }

  /** @returns whether it is over only now */
  #over(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    for (const event of ['data', 'end', 'close', 'error'] as const) this.#tcp.off(event, this.#leave);
    return true;
  }
}
