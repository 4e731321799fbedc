import type { NameSpaceHost, Session } from '../api/host.ts';
import type { Declared } from './declared.ts';

/** What is run: see the contract of the link. */
export type RunKind = 'event' | 'connect' | 'disconnect' | 'stop' | 'session' | 'handler';

/** One execution of a handler, as it is told to a worker. */
export interface Order {
  readonly kind: RunKind;
  /** The event; of a handler of `/longpolling` its number in the worker. */
  readonly name: string | number;
  readonly args: readonly unknown[];
  readonly addon: string;
  /** False: it runs because the page has connected, and is begun anew in another worker. */
  readonly isAsked?: boolean;
}

/** The link that a socket is on. */
export interface SocketLink {
  /** What its worker has. */
  readonly declared: Declared;
  /** Runs something in the worker, inside of the present run. Resolves and rejects as the handler does. */
  begin(socket: PythonSocket, order: Order): Promise<unknown>;
  /** The socket has gone, and nothing of it runs any more. */
  leave(socket: PythonSocket): void;
}

/** A socket as workers know it. It stays with one link for as long as that one is there: its namespace object lives there. */
export class PythonSocket {
  readonly host: NameSpaceHost;
  link: SocketLink | null = null;
  /** Its number on that link. */
  number = 0;
  /** The session that the worker was told of; undefined before it was told of the socket. */
  told: Session | null | undefined = undefined;
  closed = false;
  /** What its connection has started, by the handler: begins it anew. Made where there is such a thing. */
  connects: Map<string, () => void> | null = null;

  constructor(host: NameSpaceHost) {
    this.host = host;
  }
}
