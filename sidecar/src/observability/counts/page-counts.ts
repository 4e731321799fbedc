import type { ByTransport, TransportName } from './transport-name.ts';

/** The pages of one database that are connected, and their users. Counted when they come and go: nobody looks through all of them. */
export class PageCounts {
  readonly transports: ByTransport = { websocket: 0, polling: 0 };
  /** How many pages each user has. */
  readonly #users = new Map<number, number>();

  /** How many different users there are. */
  get users(): number {
    return this.#users.size;
  }

  enter(uid: number, transport: TransportName): void {
    this.transports[transport] += 1;
    this.#users.set(uid, (this.#users.get(uid) ?? 0) + 1);
  }

  leave(uid: number, transport: TransportName): void {
    this.transports[transport] -= 1;
    const left = (this.#users.get(uid) ?? 0) - 1;
    if (left > 0) this.#users.set(uid, left);
    else this.#users.delete(uid);
  }

  /** A page that came by long-polling has a WebSocket now. */
  upgraded(): void {
    this.transports.polling -= 1;
    this.transports.websocket += 1;
  }
}
