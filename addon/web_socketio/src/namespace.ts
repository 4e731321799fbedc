import type { Manager, Socket } from 'socket.io-client';
import type { Answer } from '../../../sidecar/protocol/answer.ts';
import { CURED_BY_RENEWAL, MODULE_CHANGED, SESSION_LOCKED } from '../../../sidecar/protocol/end.ts';
import { ASK_SESSION, END, FAILURE, POSITION, SESSION } from '../../../sidecar/protocol/events.ts';
import type { PageHandshake } from '../../../sidecar/protocol/handshake.ts';
import { type End, readEnd } from './end.ts';
import { splitParcel } from './messages/parcel.ts';
import type { Parcels } from './messages/parcels.ts';
import { type Positions, readPositions } from './messages/position.ts';
import { answerInTime, answerOf, callAll, type Subscriber, unheard } from './messages/subscriber.ts';
import { Subscriptions } from './messages/subscriptions.ts';
import { Comeback } from './reconnecting/comeback.ts';
import type { Patience } from './reconnecting/patience.ts';
import type { RetryBounds } from './reconnecting/retry-delay.ts';
import type { PageToken } from './token/token.ts';
import type { Token } from './token/token-answer.ts';

/** What a namespace needs from its page. */
export interface NamespacePage {
  readonly token: PageToken;
  readonly patience: Patience;
  readonly parcels: Parcels;
  readonly retryBounds: RetryBounds;
  /** The one transport of the page, once a token has said where the sidecar is. */
  manager(): Promise<Manager>;
  /** The sidecar closes the whole transport: every namespace ends or comes back. */
  serverEnds(end: End): void;
  /** This namespace is refused for good; a later `SocketIO` may try again. */
  forget(namespace: Namespace): void;
  report(error: unknown): void;
}

/** One namespace of the page: shared by all its `SocketIO` objects, since a transport carries a namespace once. */
export class Namespace {
  /** Such as `/longpolling`. */
  readonly path: string;
  readonly subscribers = new Set<Subscriber>();
  /** What the sidecar does for this page as long as the page is there. */
  readonly subscriptions: Subscriptions;
  readonly #page: NamespacePage;
  readonly #positions: Positions;
  readonly #comeback: Comeback;
  #socket: Socket | undefined;
  #outbox: [string, unknown[]][] = [];
  /** The token of the last handshake. */
  #used: Token | undefined;
  #renewFirst = false;
  /** Changes whenever an earlier wait no longer counts. */
  #attempt = 0;
  #handshakes = 0;
  #hasConnected = false;
  #dropReason: string | undefined;
  #suspended = false;
  #closed = false;

  constructor(path: string, page: NamespacePage, positions: Positions) {
    this.path = path;
    this.#page = page;
    this.#positions = positions;
    this.#comeback = new Comeback(page);
    this.subscriptions = new Subscriptions(this, page);
    page.manager().then(
      (manager) => this.#open(manager),
      () => undefined, // The page ended before it had a token, and closes this namespace itself.
    );
  }

  /** Whether events travel at this moment. */
  get connected(): boolean {
    return this.#socket?.connected === true;
  }

  /** Sends an event, or keeps it until the namespace is connected; dropped when it never will be again. */
  emit(event: string, args: unknown[]): void {
    if (this.#closed) return;
    if (this.connected) this.send(event, args);
    else this.#outbox.push([event, args]);
  }

  /** Sends an event now. */
  send(event: string, args: unknown[]): void {
    this.#socket?.emit(event, ...args);
  }

  /** A subscriber came after the namespace had connected: it hears of that as the others did. */
  greet(subscriber: Subscriber): void {
    const socket = this.#socket;
    const id = socket?.id;
    if (!socket?.connected) return;
    // The code that makes it registers its handlers right after.
    void Promise.resolve().then(() => {
      if (socket.connected && socket.id === id && this.subscribers.has(subscriber))
        this.#tell([subscriber], 'connect');
    });
  }

  /** The sidecar wants the page to come back. @param code why: some codes ask for a renewed token first */
  comeBack(code: string): void {
    if (this.#closed || this.#suspended || !this.#socket) return;
    this.#drop(code);
    this.#again(code, code === MODULE_CHANGED ? 0 : undefined);
  }

  /** Asks Odoo again who the page is, and sends that to the sidecar. */
  async prove(): Promise<void> {
    const id = this.#socket?.id;
    const token = await this.#page.token.prove().catch(() => undefined);
    // A later connection has been asked on its own, if it had to be.
    if (token && this.#socket?.connected && this.#socket.id === id)
      this.#socket.emit(SESSION, { token: token.token });
  }

  /** Tries at once, if it waits because the sidecar refused or ended it. @returns whether it waited */
  hasten(): boolean {
    return this.#comeback.hasten();
  }

  /** Has it no transport? @param isNetwork whether a transport that is being made counts as none */
  isCut(isNetwork: boolean): boolean {
    const socket = this.#socket;
    if (!socket?.active || socket.connected || this.#suspended) return false;
    const { readyState } = socket.io.engine ?? {};
    return readyState === 'closed' || (isNetwork && readyState === 'opening');
  }

  /** Stops waiting for a transport: once all namespaces have, `redial` starts over. */
  hangUp(): void {
    this.#socket?.disconnect();
  }

  redial(): void {
    this.#socket?.connect();
  }

  /** The browser suspends the page: no traffic until `resume`. */
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

  /** Ends it for good. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#drop(reason);
    this.#outbox = [];
    if (!this.#socket) return;
    // The manager keeps the socket for the next connection of this namespace.
    this.#socket.offAny();
    this.#socket.off();
  }

  #open(manager: Manager): void {
    if (this.#closed) return;
    const socket = manager.socket(this.path);
    this.#socket = socket;
    socket.auth = (send) => void this.#introduce(socket, send);
    socket.on('connect', () => this.#onConnect());
    socket.on('connect_error', (error) => this.#onConnectError(socket, error));
    socket.on('disconnect', (reason) => this.#onDisconnect(reason));
    socket.onAny((event: string, ...args: unknown[]) => void this.#onEvent(event, args));
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
    const auth: PageHandshake = {
      ...{ db: token.db, token: token.token, positions: this.#positions, parcels: true },
      ...(this.subscriptions.resume() ? { subscribes: true } : {}),
    };
    send(auth);
  }

  #onConnect(): void {
    this.#page.patience.tell();
    this.#positions.connected();
    const isReturn = this.#hasConnected;
    this.#hasConnected = true;
    this.#comeback.connected();
    // Before the events kept meanwhile, which may build on it.
    this.subscriptions.connected();
    for (const [event, args] of this.#outbox.splice(0)) this.send(event, args);
    this.#tell(this.subscribers, 'connect');
    if (!isReturn) return;
    for (const subscriber of this.subscribers) callAll(this.#page, subscriber.reconnectMethods);
  }

  #onConnectError(socket: Socket, error: Error & { data?: unknown }): void {
    // If the transport failed, the manager tries again on its own.
    if (socket.active || this.#closed || this.#suspended) return;
    const { code, message, retry } = readEnd(error.data);
    if (retry === false) {
      this.#page.report(new Error(`${this.path} is refused: ${code} ${message}`.trimEnd()));
      this.#page.forget(this);
      this.close(code);
      return;
    }
    this.#again(code);
  }

  #onDisconnect(reason: Socket.DisconnectReason): void {
    const said = this.#dropReason ?? reason;
    this.subscriptions.lost();
    this.#tell(this.subscribers, 'disconnect', said);
    for (const subscriber of this.subscribers) callAll(this.#page, subscriber.disconnectMethods, said);
    // Any other reason is ours, or the manager reconnects on its own.
    if (reason === 'io server disconnect' && !this.#closed && !this.#suspended) this.#again(reason);
  }

  #again(code: string, delayMs?: number): void {
    this.#abandon();
    // When a sidecar stops, all its pages come back: Odoo must not be asked about each of them.
    this.#renewFirst = CURED_BY_RENEWAL.has(code);
    const attempt = this.#attempt;
    this.#comeback.wait(() => void this.#reconnect(attempt), code === SESSION_LOCKED, delayMs);
  }

  async #reconnect(attempt: number): Promise<void> {
    if (this.#renewFirst) {
      this.#renewFirst = false;
      // If Odoo is down, the sidecar decides whether the old token is still good. If Odoo refuses, this waits.
      await this.#page.token.renew(this.#used).catch(() => undefined);
    }
    if (attempt === this.#attempt && !this.#closed && !this.#suspended) this.#socket?.connect();
  }

  #abandon(): void {
    this.#attempt += 1;
    this.#comeback.callOff();
  }

  #drop(reason: string): void {
    this.#abandon();
    this.#dropReason = reason;
    this.#socket?.disconnect();
    this.#dropReason = undefined;
  }

  async #onEvent(event: string, packet: unknown[]): Promise<void> {
    const last = packet.at(-1);
    const id = this.#socket?.id;
    // An acknowledgement's number belongs to its connection: on the next one it would answer another event.
    const acknowledge: (answer: Answer) => void =
      typeof last === 'function' ? (answer) => this.#socket?.id === id && last(answer) : () => undefined;
    const args = typeof last === 'function' ? packet.slice(0, -1) : packet;
    if (event === END) {
      this.#page.serverEnds(readEnd(args[0]));
    } else if (event === ASK_SESSION) {
      acknowledge({ ok: true });
      await this.prove();
    } else if (event === POSITION) {
      this.#positions.enter(readPositions(args[0]));
      acknowledge({ ok: true });
    } else {
      acknowledge(await this.#deliver(event, args));
    }
  }

  async #deliver(event: string, packet: unknown[]): Promise<Answer> {
    const { args, messages, positions } = splitParcel(packet);
    const answer = await this.#page.parcels.take(messages, () => {
      const handlers = [...this.subscribers].flatMap((subscriber) => subscriber.take(event));
      const report = (error: unknown) => this.#page.report(error);
      if (event === FAILURE && handlers.length === 0) report(unheard(this.path, args[0]));
      return answerInTime(`${this.path}: a handler of '${event}'`, handlers, args, report);
    });
    if (answer.ok && positions) this.#positions.keep(positions);
    return answer;
  }

  /** Events of the connection itself: Socket.IO reserves these two names, so no server sends them. */
  #tell(subscribers: Iterable<Subscriber>, event: 'connect' | 'disconnect', ...args: unknown[]): void {
    const handlers = [...subscribers].flatMap((subscriber) => subscriber.take(event));
    void answerOf(handlers, args, (error) => this.#page.report(error));
  }
}
