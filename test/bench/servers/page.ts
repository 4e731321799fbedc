import { io, type Socket } from 'socket.io-client';
import { splitParcel } from '../../../addon/web_socketio/src/messages/parcel.ts';
import { Positions, readPositions } from '../../../addon/web_socketio/src/messages/position.ts';
import { POSITION } from '../../../sidecar/protocol/events.ts';

/** What a page tells of. */
export interface PageEvents {
  arrived(number: number): void;
  failed(reason: string): void;
}

/** One page: it connects, listens, and comes back to where it was when its server has been away. */
export class Page {
  readonly #auth: object;
  /** Emitted when connected, so that the server begins to listen; null if it does so by itself. */
  readonly #event: string | null;
  readonly #events: PageEvents;
  readonly #seen = new Set<number>();
  readonly #positions: Positions | null;
  #socket: Socket | null = null;
  #mayEnd = false;

  /** @param keeps whether it keeps its positions, to come back to them */
  constructor(auth: object, event: string | null, keeps: boolean, events: PageEvents) {
    this.#auth = auth;
    this.#event = event;
    this.#events = events;
    this.#positions = keeps ? new Positions() : null;
  }

  /** Connects, again if it was connected before. @param done called when the server listens for it */
  open(url: string, done: () => void): void {
    this.close();
    this.#mayEnd = false;
    const auth = this.#positions === null ? this.#auth : { ...this.#auth, positions: this.#positions };
    const socket = io(url, {
      ...{ auth, forceNew: true, reconnection: false, transports: ['websocket'] },
      // Long enough for any storm, also on a busy machine.
      timeout: 120_000,
    });
    this.#socket = socket;
    socket.once('connect', () => {
      this.#positions?.connected();
      if (this.#event === null) return done();
      socket.emit(this.#event);
      // Its handler never ends; what comes after it is answered when it listens.
      socket.emit('stop event', 'no other event', done);
    });
    socket.once('connect_error', ({ message }) => this.#events.failed(`A page was refused: ${message}`));
    socket.once('disconnect', (reason) => {
      if (!this.#mayEnd) this.#events.failed(`A page was disconnected: ${reason}`);
    });
    socket.on('bench', (...packet: unknown[]) => this.#take(packet));
    const positions = this.#positions;
    if (positions !== null) socket.on(POSITION, (moved) => positions.enter(readPositions(moved)));
  }

  /** From now on its server may end. */
  expectEnd(): void {
    this.#mayEnd = true;
  }

  close(): void {
    this.#mayEnd = true;
    this.#socket?.disconnect();
  }

  #take(packet: unknown[]): void {
    const acknowledge = packet.at(-1);
    if (typeof acknowledge === 'function') acknowledge({ ok: true });
    if (this.#positions !== null) {
      const { positions } = splitParcel(typeof acknowledge === 'function' ? packet.slice(0, -1) : packet);
      if (positions !== undefined) this.#positions.keep(positions);
    }
    const [messages] = packet;
    for (const { number } of messages as { number: number }[]) {
      if (this.#seen.has(number)) this.#events.failed(`Message ${number} arrived twice at one page.`);
      this.#seen.add(number);
      this.#events.arrived(number);
    }
  }
}
