import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * What nginx does with `proxy_next_upstream error http_503`: each connection goes to the next of several HTTP servers,
 * and on to another if that one is away or answers 503.
 */
export class RoundRobin {
  readonly #ports: readonly number[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #turn = 0;

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.#server = createServer((client) => void this.#serve(client));
  }

  /** Listens on a free port; ends with the test. */
  static async start(ports: readonly number[]): Promise<RoundRobin> {
    const started = new RoundRobin(ports);
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    onTestFinished(() => started.#stop());
    return started;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const request = await firstChunk(client);
    this.#turn += 1;
    for (let step = 0; request !== undefined && step < this.#ports.length; step += 1) {
      const port = this.#ports[(this.#turn + step) % this.#ports.length] ?? 0;
      const target = this.#keep(connect({ port, host: '127.0.0.1' }));
      target.write(request);
      const answer = await firstChunk(target);
      if (answer === undefined || answer.toString('latin1', 0, 12) === 'HTTP/1.1 503') {
        target.destroy();
        continue;
      }
      client.write(answer);
      client.pipe(target).pipe(client);
      client.once('close', () => target.destroy());
      target.once('close', () => client.destroy());
      return;
    }
    client.destroy();
  }

  #keep(socket: Socket): Socket {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }

  async #stop(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}

/** What a socket says first; undefined if it closes without a word. */
function firstChunk(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const close = () => resolve(undefined);
    socket.once('close', close);
    socket.once('data', (chunk) => {
      socket.off('close', close);
      socket.pause();
      resolve(chunk);
    });
  });
}
