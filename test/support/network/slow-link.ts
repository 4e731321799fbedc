import { once } from 'node:events';
import { createServer, type Server, type Socket, connect as toTarget } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { listenLocally } from './local-port.ts';

/** So many parts of a second's bytes go on at a time. */
const PARTS = 20;

/** A link that brings so many bytes a second to the page, however many connections it has: what the page sends goes at once. */
export class SlowLink {
  readonly #bytesPerSecond: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #freeAt = 0;
  #port = 0;

  private constructor(target: URL, bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#server = createServer((page) => {
      const sidecar = toTarget(Number(target.port), target.hostname);
      for (const socket of [page, sidecar]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => this.#sockets.delete(socket));
      }
      // Not the other way round: what the sidecar has sent is on its way when it has closed its end.
      page.once('close', () => sidecar.destroy());
      page.pipe(sidecar);
      void this.#carry(sidecar, page);
    });
  }

  /** In front of that address; gone when the test has finished. */
  static async open(target: string, bytesPerSecond: number): Promise<SlowLink> {
    const link = new SlowLink(new URL(target), bytesPerSecond);
    link.#port = await listenLocally(link.#server);
    onTestFinished(() => link.#close());
    return link;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Ends all connections that it has at this moment. */
  cut(): void {
    for (const socket of [...this.#sockets]) socket.destroy();
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    const part = Math.ceil(this.#bytesPerSecond / PARTS);
    try {
      for await (const chunk of from) {
        if (!Buffer.isBuffer(chunk)) continue;
        for (let start = 0; start < chunk.length; start += part) {
          const bytes = chunk.subarray(start, start + part);
          await this.#wait(bytes.length);
          to.write(bytes);
        }
      }
      to.end();
    } catch {
      to.destroy();
    }
  }

  async #wait(bytes: number): Promise<void> {
    const now = performance.now();
    this.#freeAt = Math.max(now, this.#freeAt) + (bytes / this.#bytesPerSecond) * 1_000;
    if (this.#freeAt > now) await setTimeout(this.#freeAt - now, undefined, { ref: false });
  }

  async #close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
