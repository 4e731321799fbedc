import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { listenLocally } from './local-port.ts';

/**
 * What nginx does with `proxy_next_upstream error http_503`: each connection goes to the next of several HTTP servers,
 * and on to another if that one is away or answers 503. A page that another of its connections brought somewhere goes
 * there again: long-polling needs that.
 */
export class RoundRobin {
  readonly #ports: readonly number[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #homes = new Map<string, number>();
  #turn = 0;
  #port = 0;

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.#server = createServer((client) => void this.#serve(client));
  }

  /** Listens on a free port; ends with the test. */
  static async start(ports: readonly number[]): Promise<RoundRobin> {
    const started = new RoundRobin(ports);
    started.#port = await listenLocally(started.#server);
    onTestFinished(() => started.#stop());
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const request = await firstChunk(client);
    if (request === undefined) return;
    const { page, sid } = readQuery(request);
    for (const port of this.#order(page)) {
      const target = this.#keep(connect({ port, host: '127.0.0.1' }));
      target.write(request);
      // Its body may come in chunks of its own, and nobody else could answer it.
      if (sid !== undefined) {
        join(client, target);
        return;
      }
      const answer = await firstChunk(target);
      if (answer === undefined || answer.toString('latin1', 0, 12) === 'HTTP/1.1 503') {
        target.destroy();
        continue;
      }
      this.#homes.set(page, port);
      client.write(answer);
      join(client, target);
      return;
    }
    client.destroy();
  }

  /** The servers to try, one after the other. */
  #order(page: string): number[] {
    this.#turn += 1;
    const home = this.#homes.get(page);
    const turned = this.#ports.map((_, index) => this.#ports[(this.#turn + index) % this.#ports.length] ?? 0);
    return home === undefined ? turned : [home, ...turned.filter((port) => port !== home)];
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

function readQuery(request: Buffer): { page: string; sid: string | undefined } {
  const line = request.toString('latin1').split('\r\n', 1)[0] ?? '';
  return { page: /[?&]page=(\w+)/.exec(line)?.[1] ?? '', sid: /[?&]sid=([^& ]+)/.exec(line)?.[1] };
}

/** From now on what one sends goes to the other, until one of them closes. */
function join(client: Socket, target: Socket): void {
  client.pipe(target).pipe(client);
  client.once('close', () => target.destroy());
  target.once('close', () => client.destroy());
  // Somebody may have given up meanwhile: nobody would notice any more.
  if (client.destroyed) target.destroy();
}
