import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { listenLocally } from './local-port.ts';
import { ProxyLink } from './proxy-link.ts';

/** A wire between two programs of a test, which may be cut, silenced, or led to another place. */
export class TcpProxy {
  /** Ports of this machine, taken in turn; one that refuses is passed over. */
  targets: readonly number[];
  readonly links = new Set<ProxyLink>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #silent = false;
  #port = 0;
  #accepted = 0;

  private constructor(targets: readonly number[]) {
    this.targets = targets;
    this.#server = createServer((client) => void this.#accept(client));
  }

  /** Listens on a free port; ends with the test. */
  static async start(...targets: readonly number[]): Promise<TcpProxy> {
    const proxy = new TcpProxy(targets);
    proxy.#port = await listenLocally(proxy.#server);
    onTestFinished(() => proxy.#stop());
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many connections were made through it. */
  get accepted(): number {
    return this.#accepted;
  }

  /** How many of those that are open have brought an answer. */
  get answered(): number {
    return [...this.links].filter(({ answered }) => answered).length;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const link of this.links) link.cut();
  }

  /** Swallows what comes from either side; new connections are taken and never answered. */
  silence(): void {
    this.#silent = true;
    for (const link of this.links) link.silence();
  }

  /** Forwards new connections again; those of the time before stay dead. */
  resume(): void {
    this.#silent = false;
  }

  async #accept(client: Socket): Promise<void> {
    this.#accepted += 1;
    this.#keep(client);
    if (this.#silent) return;
    const target = await this.#connect();
    if (target === undefined || client.destroyed) {
      client.destroy();
      target?.destroy();
      return;
    }
    this.#keep(target);
    const link = new ProxyLink(client, target);
    this.links.add(link);
    client.once('close', () => this.links.delete(link));
  }

  async #connect(): Promise<Socket | undefined> {
    const first = this.#accepted;
    for (let turn = 0; turn < this.targets.length; turn += 1) {
      const port = this.targets[(first + turn) % this.targets.length] ?? 0;
      const target = connect({ port, host: '127.0.0.1', noDelay: true });
      const connected = await once(target, 'connect').catch(() => undefined);
      if (connected !== undefined) return target;
    }
    return undefined;
  }

  #keep(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async #stop(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}
