import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One connection through the proxy. */
export class ProxyLink {
  readonly #ends: readonly [Socket, Socket];
  #silent = false;
  #half = false;

  constructor(client: Socket, target: Socket) {
    this.#ends = [client, target];
    this.#forward(client, target);
    this.#forward(target, client);
  }

  /** Both ends see a broken connection; what was on its way is lost. */
  cut(): void {
    for (const end of this.#ends) end.resetAndDestroy();
  }

  /** Cuts in the middle of the next packet, whichever side sends it. */
  cutMidway(): void {
    this.#half = true;
  }

  /** Neither end sees anything: packets are swallowed from now on. */
  silence(): void {
    this.#silent = true;
  }

  #forward(from: Socket, to: Socket): void {
    from.on('error', () => undefined);
    from.on('close', () => {
      if (!this.#silent) to.destroy();
    });
    from.on('data', (chunk) => {
      if (this.#silent) return;
      if (this.#half) to.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => this.cut());
      else if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
  }
}

/** A wire between two programs of a test, which may be cut, silenced, or led to another place. */
export class TcpProxy {
  /** Ports of this machine, taken in turn; one that refuses is passed over. */
  targets: readonly number[];
  readonly links = new Set<ProxyLink>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #silent = false;
  #accepted = 0;

  private constructor(targets: readonly number[]) {
    this.targets = targets;
    this.#server = createServer((client) => void this.#accept(client));
  }

  /** Listens on a free port; ends with the test. */
  static async start(...targets: readonly number[]): Promise<TcpProxy> {
    const proxy = new TcpProxy(targets);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    onTestFinished(() => proxy.#stop());
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many connections were made through it. */
  get accepted(): number {
    return this.#accepted;
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
