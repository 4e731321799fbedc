import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';

const Frame = z.array(z.object({ id: z.number(), message: z.object({ type: z.string() }) })).min(1);
/** Odoo's worker waits for a second and more. */
const BACK_MS = 300;
/** It names its channels a moment after it has connected, and again now and then. */
const SUBSCRIBE_MS = 50;
const AGAIN_MS = 3_000;

export interface BusWorkerOptions {
  /** One of these is taken for each connection. */
  readonly urls: readonly string[];
  readonly channels: readonly string[];
  readonly cookie?: string;
}

/**
 * A page's connection to Odoo's bus, as Odoo's worker in the browser has it: it comes back when it is closed, and says the id
 * of the last notification of the last frame.
 */
export class BusWorker {
  readonly channels: readonly string[];
  /** The ids of all it got, but for marks. */
  readonly received: number[] = [];
  /** How its connections were closed. */
  readonly closes: number[] = [];
  marks = 0;
  readonly #options: BusWorkerOptions;
  #last = 0;
  #ws: WebSocket | null = null;
  #ended = false;

  constructor(options: BusWorkerOptions) {
    this.#options = options;
    this.channels = options.channels;
    this.#connect();
    onTestFinished(() => this.end());
  }

  /** Goes away, as if its network was gone. It comes back. */
  cut(): void {
    this.#ws?.terminate();
  }

  end(): void {
    this.#ended = true;
    this.#ws?.terminate();
  }

  #connect(): void {
    if (this.#ended) return;
    const { urls, cookie } = this.#options;
    const { host, origin } = new URL(urls[Math.floor(Math.random() * urls.length)] ?? '');
    const headers = { Origin: origin, ...(cookie !== undefined && { Cookie: cookie }) };
    const ws = new WebSocket(`ws://${host}/websocket?version=19.0-2`, { headers });
    this.#ws = ws;
    ws.on('error', () => undefined);
    ws.on('open', () => void this.#subscribe(ws));
    ws.on('message', (data) => this.#take(data.toString()));
    ws.on('close', (code) => void this.#closed(code));
  }

  async #subscribe(ws: WebSocket): Promise<void> {
    await wait(Math.random() * SUBSCRIBE_MS);
    while (ws.readyState === WebSocket.OPEN && !this.#ended) {
      const data = { channels: this.channels, last: this.#last };
      ws.send(JSON.stringify({ event_name: 'subscribe', data }));
      await wait(AGAIN_MS * (1 + Math.random()), undefined, { ref: false });
    }
  }

  #take(text: string): void {
    const frame = Frame.parse(JSON.parse(text));
    for (const { id, message } of frame) {
      if (message.type === 'web_socketio_bus.position') this.marks += 1;
      else this.received.push(id);
    }
    this.#last = frame.at(-1)?.id ?? 0;
  }

  async #closed(code: number): Promise<void> {
    if (this.#ended) return;
    this.closes.push(code);
    await wait(BACK_MS * (0.5 + Math.random()));
    this.#connect();
  }
}
