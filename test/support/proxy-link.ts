import type { Socket } from 'node:net';

/** One connection through a `TcpProxy`. */
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
