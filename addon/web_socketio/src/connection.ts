import type { Manager, Socket } from 'socket.io-client';
import { type Positions, readPositions, splitPosition } from './position.ts';
import { type RetryBounds, retryDelay } from './retry-delay.ts';
import { answerOf, type Subscriber } from './subscriber.ts';
import type { PageToken } from './token.ts';
import type { Token } from './token-answer.ts';
import {
  type Answer,
  CURED_BY_RENEWAL,
  END,
  type Farewell,
  GET_SESSION_ID,
  MODULE_CHANGED,
  POSITION,
  readFarewell,
  SESSION_ID,
} from './wire.ts';

/** What a connection needs of its page. */
export interface ConnectionPage {
  readonly token: PageToken;
  readonly retryBounds: RetryBounds;
  /** The one transport of the page, once a token has said where the sidecar is. */
  manager(): Promise<Manager>;
  /** The server closes the whole transport: every namespace ends or comes back. */
  farewell(farewell: Farewell): void;
  /** This namespace is refused for good; a later `SocketIO` may try anew. */
  forget(connection: Connection): void;
  report(error: unknown): void;
}

/** A connection that lived this long was no failure: the next series of retries starts from the beginning. */
const STABLE_MS = 30_000;

/** One namespace of the page: shared by all its `SocketIO` objects, since a transport carries a namespace once. */
export class Connection {
  readonly namespace: string;
  readonly subscribers = new Set<Subscriber>();
  readonly #page: ConnectionPage;
  readonly #positions: Positions;
  #socket: Socket | undefined;
  #outbox: [string, unknown[]][] = [];
  /** The token of the last handshake. */
  #used: Token | undefined;
  #renewFirst = false;
  #handshakes = 0;
  #failures = 0;
  #connectedAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dropReason: string | undefined;
  #suspended = false;
  #closed = false;

  constructor(namespace: string, page: ConnectionPage, positions: Positions) {
    this.namespace = namespace;
    this.#page = page;
    this.#positions = positions;
    page.manager().then(
      (manager) => this.#open(manager),
      () => undefined, // The page ended before it had a token; it closes this connection itself.
    );
  }

  /** Whether events travel at this moment. */
  get connected(): boolean {
    return this.#socket?.connected === true;
  }

  /** Sends an event, or keeps it until the namespace is connected; dropped when it never will be again. */
  emit(event: string, args: unknown[]): void {
    if (this.#closed) return;
    if (this.#socket) this.#socket.emit(event, ...args);
    else this.#outbox.push([event, args]);
  }

  /** The server wants the page to come back. @param code why: if a renewed token cures it, with one */
  comeBack(code: string): void {
    if (this.#closed || this.#suspended || !this.#socket) return;
    this.#drop(code);
    // A sidecar that is stopped sends all its pages away: OpenERP must not hear of each of them.
    this.#renewFirst = CURED_BY_RENEWAL.has(code);
    this.#again(code === MODULE_CHANGED ? 0 : undefined);
  }

  /** The browser puts the page aside: no traffic until `resume`. */
  suspend(): void {
    this.#suspended = true;
    this.#drop('pagehide');
  }

  /** The browser shows the page again. */
  resume(): void {
    if (!this.#suspended || this.#closed) return;
    this.#suspended = false;
    this.#socket?.connect();
  }

  /** Ends this namespace for good. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#drop(reason);
    this.#outbox = [];
    if (!this.#socket) return;
    // The manager keeps the socket for the next connection of this namespace, which must start empty.
    this.#socket.sendBuffer = [];
    this.#socket.offAny();
    this.#socket.off();
  }

  #open(manager: Manager): void {
    if (this.#closed) return;
    const socket = manager.socket(this.namespace);
    this.#socket = socket;
    socket.auth = (send) => void this.#introduce(socket, send);
    socket.on('connect', () => this.#onConnect());
    socket.on('connect_error', (error) => this.#onConnectError(socket, error));
    socket.on('disconnect', (reason) => this.#onDisconnect(reason));
    socket.onAny((event: string, ...args: unknown[]) => void this.#onEvent(event, args));
    for (const [event, args] of this.#outbox.splice(0)) socket.emit(event, ...args);
    if (!this.#suspended) socket.connect();
  }

  async #introduce(socket: Socket, send: (auth: object) => void): Promise<void> {
    this.#handshakes += 1;
    const handshake = this.#handshakes;
    const { engine } = socket.io;
    const token = await this.#page.token.current().catch(() => undefined);
    // The transport may have changed while the token was on its way, and the next one has asked again: two handshakes
    // of one namespace on one transport make the server close it.
    if (!token || handshake !== this.#handshakes || engine !== socket.io.engine || !socket.active) return;
    this.#used = token;
    send({ db: token.db, token: token.token, positions: this.#positions });
  }

  #onConnect(): void {
    this.#positions.connected();
    const isReturn = this.#connectedAt !== undefined;
    this.#connectedAt = Date.now();
    this.#tell('connect');
    if (!isReturn) return;
    for (const subscriber of this.subscribers) this.#callAll(subscriber.reconnectMethods);
  }

  #onConnectError(socket: Socket, error: Error & { data?: unknown }): void {
    // While the transport is what fails, the manager tries again by itself.
    if (socket.active || this.#closed || this.#suspended) return;
    const { code, message, retry } = readFarewell(error.data);
    if (retry === false) {
      this.#page.report(new Error(`${this.namespace} is refused: ${code} ${message}`.trimEnd()));
      this.#page.forget(this);
      this.close(code);
      return;
    }
    this.#renewFirst = CURED_BY_RENEWAL.has(code);
    this.#again();
  }

  #onDisconnect(reason: Socket.DisconnectReason): void {
    const said = this.#dropReason ?? reason;
    this.#tell('disconnect', said);
    for (const subscriber of this.subscribers) this.#callAll(subscriber.disconnectMethods, said);
    // Any other reason is ours, or the manager comes back from it by itself.
    if (reason === 'io server disconnect' && !this.#closed && !this.#suspended) this.#again();
  }

  #again(delayMs?: number): void {
    clearTimeout(this.#timer);
    const wasStable = this.#connectedAt !== undefined && Date.now() - this.#connectedAt > STABLE_MS;
    if (wasStable) this.#failures = 0;
    this.#timer = setTimeout(
      () => void this.#reconnect(),
      delayMs ?? retryDelay(this.#failures, this.#page.retryBounds),
    );
    this.#failures += 1;
  }

  async #reconnect(): Promise<void> {
    if (this.#renewFirst) {
      this.#renewFirst = false;
      // One try: if OpenERP is down, the sidecar decides whether the old token still does.
      await this.#page.token.renew(this.#used).catch(() => undefined);
    }
    if (!this.#closed && !this.#suspended) this.#socket?.connect();
  }

  #drop(reason: string): void {
    clearTimeout(this.#timer);
    this.#dropReason = reason;
    this.#socket?.disconnect();
    this.#dropReason = undefined;
  }

  async #onEvent(event: string, packet: unknown[]): Promise<void> {
    const last = packet.at(-1);
    const acknowledge: (answer: Answer) => void =
      typeof last === 'function' ? (answer) => last(answer) : () => undefined;
    const args = typeof last === 'function' ? packet.slice(0, -1) : packet;
    if (event === END) {
      this.#page.farewell(readFarewell(args[0]));
    } else if (event === GET_SESSION_ID) {
      acknowledge({ ok: true });
      await this.#prove();
    } else if (event === POSITION) {
      this.#positions.enter(readPositions(args[0]));
      acknowledge({ ok: true });
    } else {
      acknowledge(await this.#deliver(event, args));
    }
  }

  async #deliver(event: string, packet: unknown[]): Promise<Answer> {
    const { args, positions } = splitPosition(packet);
    const handlers = [...this.subscribers].flatMap((subscriber) => subscriber.take(event));
    const answer = await answerOf(handlers, args, (error) => this.#page.report(error));
    if (answer.ok && positions) this.#positions.keep(positions);
    return answer;
  }

  /** Events of the connection itself: Socket.IO keeps these two names from servers. */
  #tell(event: 'connect' | 'disconnect', ...args: unknown[]): void {
    const handlers = [...this.subscribers].flatMap((subscriber) => subscriber.take(event));
    void answerOf(handlers, args, (error) => this.#page.report(error));
  }

  async #prove(): Promise<void> {
    const id = this.#socket?.id;
    const token = await this.#page.token.prove().catch(() => undefined);
    // A connection that came later has been asked itself, if it had to be.
    if (token && this.#socket?.connected && this.#socket.id === id)
      this.#socket.emit(SESSION_ID, { token: token.token });
  }

  #callAll<Args extends unknown[]>(methods: ((...args: Args) => unknown)[], ...args: Args): void {
    for (const method of [...methods]) {
      try {
        method(...args);
      } catch (error) {
        this.#page.report(error);
      }
    }
  }
}
