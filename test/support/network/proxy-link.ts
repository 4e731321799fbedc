import type { Socket } from 'node:net';

/** One connection through a `TcpProxy`. */
export class ProxyLink {
  readonly #ends: readonly [Socket, Socket];
  #silent = false;
  #answered = false;
  #half = false;
  /** What goes on when the client does; null while it is awake. */
  #held: (() => void)[] | null = null;

  constructor(client: Socket, target: Socket) {
    this.#ends = [client, target];
    this.#forward(client, target);
    this.#forward(target, client);
  }

  /** Whether the target has sent anything. */
  get answered(): boolean {
    return this.#answered;
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

  /** The client is stopped: what it is sent waits for it, and it sends nothing itself. */
  sleep(): void {
    this.#held ??= [];
  }

  /** The client goes on, with what was sent to it meanwhile, and the end of its connection if that has ended. */
  wake(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const goOn of held) goOn();
  }

  /** The server's end of the connection is closed, as when no heartbeat was answered for too long. */
  giveUp(): void {
    this.#ends[1].destroy();
  }

  #forward(from: Socket, to: Socket): void {
    from.on('error', () => undefined);
    from.on('close', () => {
      if (this.#silent) return;
      if (this.#held === null) to.destroy();
      else this.#held.push(() => to.end());
    });
    from.on('data', (chunk) => {
      if (this.#silent) return;
      this.#answered ||= from === this.#ends[1];
      if (this.#held !== null) {
        this.#held.push(() => void to.write(chunk));
        return;
      }
      if (this.#half) to.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => this.cut());
      else if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
  }
}
