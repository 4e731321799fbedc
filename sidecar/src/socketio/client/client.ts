import type { EndReason } from '../../../protocol/end.ts';
import { ASK_SESSION } from '../../../protocol/events.ts';
import type { SidecarError } from '../../api/sidecar-error.ts';
import { FewSet } from '../../lib/few-set.ts';
import type { NamespaceCounts } from '../../observability/counts/namespace-counts.ts';
import type { TransportName } from '../../observability/counts/transport-name.ts';
import type { WatchedSocket } from '../handlers/stuck-watch.ts';
import type { Proved } from './handshake.ts';
import { WatchedSession } from './watched-session.ts';

/** What carries a page's packets, as far as it is looked at. */
export interface PageConnection {
  readonly transport: { readonly name: string; readonly latency?: number };
}

/** What a page needs of each of its namespaces' sockets. */
export interface ClientSocket extends WatchedSocket {
  emit(event: string, args: readonly unknown[]): void;
  end(reason: EndReason): void;
  /** Lets the namespace do what it has to before the sidecar stops. */
  stopServer(): Promise<void>;
  /** Takes no more messages; resolves when those that were sent are acknowledged. */
  finish(): Promise<void>;
  /** The database is another one now: positions start anew. */
  restart(): void;
  /** Where it is counted. */
  readonly counts: Pick<NamespaceCounts, 'upgraded'>;
  /** Tells the page its positions if it has not heard of them for a while. @param now by the monotonic clock */
  tellPositions(now: number): void;
}

/** One page in a browser: one connection with one proved session, whatever the number of its namespaces. */
export class Client extends WatchedSession {
  readonly sockets = new FewSet<ClientSocket>();
  readonly #connection: PageConnection;
  #transport: TransportName;

  constructor(proved: Proved, transport: TransportName, connection: PageConnection) {
    super(proved);
    this.#connection = connection;
    this.#transport = transport;
  }

  /** How it is connected, as it is counted. */
  get transport(): TransportName {
    return this.#transport;
  }

  /** How long its last answer to a ping took, in milliseconds; 0 if nobody knows, as with long-polling. */
  get latency(): number {
    return this.#connection.transport.latency ?? 0;
  }

  /** It is there. */
  enter(): void {
    this.gateway.counts.pages.enter(this.session.uid, this.#transport);
  }

  /** It has gone. */
  leave(): void {
    this.gateway.counts.pages.leave(this.session.uid, this.#transport);
  }

  /** It came by long-polling, and has a WebSocket now. */
  upgraded(): void {
    if (this.#transport === 'websocket') return;
    this.#transport = 'websocket';
    this.gateway.counts.pages.upgraded();
    for (const { counts } of this.sockets) counts.upgraded();
  }

  /**
   * Ends all its namespaces. Its connection may stay, and ask for them again: it is refused for the same reason.
   */
  override end(reason: SidecarError): void {
    super.end(reason);
    const { code, message, retry } = reason;
    for (const socket of [...this.sockets]) socket.end({ code, message, retry });
  }

  /** Asks the page for a token by one of its sockets. */
  demandProof(): void {
    const [socket] = this.sockets;
    socket?.emit(ASK_SESSION, []);
  }
}
