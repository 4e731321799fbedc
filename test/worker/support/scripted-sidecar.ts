import { createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { TestDatabase } from '../../support/postgres/test-database.ts';

/** `[type, …]`. */
export type Frame = readonly unknown[];

const ACCEPT =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: web_socketio_worker\r\n\r\n';
const Hello = z.object({ worker: z.string() });

/** The sidecar's end of the link, which says exactly what a test has it say. */
export class ScriptedSidecar {
  /** All that the workers have said. */
  readonly frames: Frame[] = [];
  /** Of the links that were opened, the last one first. */
  readonly sockets: Socket[] = [];
  /** What answers a hello, as it goes on the wire; null for the welcome of a sidecar that knows the database. */
  answer: string | null = null;
  /** What answers the request. */
  accept = ACCEPT;
  readonly #server: Server;

  readonly #database: TestDatabase;

  private constructor(database: TestDatabase) {
    this.#database = database;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(database: TestDatabase, host = '127.0.0.1', port = 0): Promise<ScriptedSidecar> {
    const sidecar = new ScriptedSidecar(database);
    await new Promise<void>((resolve) => sidecar.#server.listen(port, host, resolve));
    onTestFinished(() => sidecar.stop());
    return sidecar;
  }

  /** Closes its links, and takes no others; may be called twice. */
  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('It does not listen.');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Says something to the worker that came last, in one line. */
  send(...frames: Frame[]): void {
    this.sockets[0]?.write(`${JSON.stringify(frames)}\n`);
  }

  /** The frames of one type, so far. */
  of(type: string): Frame[] {
    return this.frames.filter((frame) => frame[0] === type);
  }

  /** Waits until there are so many frames of one type. @returns the last of them */
  async next(type: string, count = 1): Promise<Frame> {
    await expect.poll(() => this.of(type).length).toBeGreaterThanOrEqual(count);
    return this.of(type)[count - 1] ?? [];
  }

  #serve(socket: Socket): void {
    this.sockets.unshift(socket);
    socket.on('error', () => undefined);
    let text = '';
    let isAccepted = false;
    socket.setEncoding('utf8').on('data', (data) => {
      text += data;
      if (!isAccepted && text.includes('\r\n\r\n')) {
        isAccepted = true;
        text = text.slice(text.indexOf('\r\n\r\n') + 4);
        socket.write(this.accept);
      }
      if (!isAccepted) return;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.#hear(socket, JSON.parse(line));
    });
  }

  #hear(socket: Socket, frames: Frame[]): void {
    for (const frame of frames) {
      if (frame[0] === 'hello') void this.#greet(socket, frame);
      else this.frames.push(frame);
    }
  }

  async #greet(socket: Socket, frame: Frame): Promise<void> {
    const { worker } = Hello.parse(frame[1]);
    socket.write(this.answer ?? (await this.#welcome(worker)));
    // Whoever waits for it knows that the link is open.
    this.frames.push(frame);
  }

  async #welcome(worker: string): Promise<string> {
    const rows = await this.#database.query<{ answer: string }>(
      'SELECT answer FROM web_socketio_worker WHERE id = $1',
      [worker],
    );
    const details = { version: 1, release: '0.1.0', sidecar: 'scripted', answer: rows[0]?.answer };
    return `${JSON.stringify([['welcome', details]])}\n`;
  }
}
