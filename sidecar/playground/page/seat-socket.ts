import type { Manager } from 'socket.io-client';
import { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { tokenRoute } from '../../../addon/web_socketio/src/token/token-route.ts';

/** How the seat reaches the sidecar: not yet, no longer, or by which transport. */
export type Link = 'connecting' | 'away' | 'websocket' | 'polling';

/** What the seat does about its socket. */
export interface SeatSocketListener {
  linked(link: Link): void;
  /** The connection is lost, or OpenERP has ended the session. */
  lost(): void;
  report(error: unknown): void;
}

/** Nobody but two pages comes back to the sidecar of a playground: they need not take turns. */
const RETRY = { minMs: 200, maxMs: 1_500 };
const TRANSPORTS = ['websocket', 'polling'];

/** The addon's own `longpolling_socket`, as a web client makes it, with a look at its transport. */
export class SeatSocket {
  readonly socket: SocketIO;
  readonly #page: Page;
  readonly #listener: SeatSocketListener;
  #manager: Manager | undefined;
  #isPollingOnly: boolean;
  #hasConnected = false;

  /** @param base the seat's path, under which its token route lies */
  constructor(base: string, isPollingOnly: boolean, listener: SeatSocketListener) {
    this.#listener = listener;
    this.#isPollingOnly = isPollingOnly;
    this.#page = new Page({
      fetchToken: tokenRoute(`${base}/web_socketio/token`),
      report: (error) => listener.report(error),
      window,
      retryBounds: RETRY,
    });
    this.#page.token.onOver(() => listener.lost());
    this.socket = new SocketIO('/longpolling', this.#page);
    this.socket.add_reconnect_method(() => this.show());
    this.socket.add_disconnect_method(() => {
      this.show();
      listener.lost();
    });
    this.#page.manager().then(
      (manager) => this.#watch(manager),
      () => undefined, // The session is over: `onOver` tells.
    );
    this.show();
  }

  /** Uses long-polling only, or WebSocket where it can be had; what is connected comes back the other way. */
  set isPollingOnly(isPollingOnly: boolean) {
    this.#isPollingOnly = isPollingOnly;
    if (!this.#manager) return;
    this.#choose(this.#manager);
    this.#manager.engine?.close();
  }

  /** Tells the listener how the seat is connected at this moment. */
  show(): void {
    this.#hasConnected ||= this.socket.connected;
    const transport = this.#manager?.engine?.transport?.name;
    if (this.socket.connected) this.#listener.linked(transport === 'polling' ? 'polling' : 'websocket');
    else this.#listener.linked(this.#hasConnected ? 'away' : 'connecting');
  }

  /** Ends the socket for good. */
  end(): void {
    this.#page.end('logout');
  }

  #watch(manager: Manager): void {
    this.#manager = manager;
    this.#choose(manager);
    manager.on('open', () => manager.engine.on('upgrade', () => this.show()));
    // After a timeout the page turns to long-polling first, which would undo the choice.
    manager.on('error', () => this.#choose(manager));
  }

  #choose(manager: Manager): void {
    manager.opts.transports = this.#isPollingOnly ? ['polling'] : TRANSPORTS;
  }
}
