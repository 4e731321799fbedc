import type { Socket } from 'socket.io';
import { SidecarError } from '../api/sidecar-error.ts';
import { originOf } from '../lib/http/handshake-origin.ts';
import { transportName } from '../observability/counts/transport-name.ts';
import { Client } from './client/client.ts';
import {
  findServed,
  type Offer,
  otherDatabase,
  type Proved,
  proveOffer,
  type Recheck,
} from './client/handshake.ts';
import type { Gateway } from './gateway.ts';
import type { SessionWatch } from './session/session-watch.ts';

/** One served database: what its sockets use, and who ends them. */
export interface Served {
  readonly gateway: Gateway;
  readonly watch: SessionWatch;
}

/** What a client offered was looked at. */
export interface Look {
  readonly gateway: Gateway;
  /** Gives its connection the page, or renews it; null if nothing was offered. @throws SocketIOError as `look` */
  readonly enter: (() => Client) | null;
}

const CLIENT = Symbol('client');
type Connection = Socket['conn'];

/** What the register puts on a connection. */
interface Marked {
  readonly protocol: number;
  [CLIENT]?: Client;
}

function marked(connection: Marked): Marked {
  return connection;
}

function onUpgrade(this: Connection): void {
  marked(this)[CLIENT]?.upgraded();
}

/** The pages that are connected: one for each connection, whatever the number of its namespaces. */
export class ClientRegister {
  readonly #databases: ReadonlyMap<string, Served>;
  readonly #clients = new Set<Client>();
  readonly #onClose: (this: Connection) => void;

  constructor(databases: ReadonlyMap<string, Served>) {
    this.#databases = databases;
    const leave = (client: Client | undefined) => client !== undefined && this.#leave(client);
    // One function for all connections: Engine.IO calls it with the one that is closed.
    this.#onClose = function (this: Connection) {
      leave(marked(this)[CLIENT]);
    };
  }

  get all(): ReadonlySet<Client> {
    return this.#clients;
  }

  /** The pages of one database. A copy: a client that is drained leaves. */
  of(db: string): Client[] {
    return [...this.#clients].filter((client) => client.session.db === db);
  }

  /** The page of a connection that has proved who it is. */
  find(connection: Connection): Client | undefined {
    return marked(connection)[CLIENT];
  }

  /**
   * Looks at what a client offers to prove who it is.
   *
   * @param db as the client named it
   * @throws SocketIOError what `findServed` and `proveOffer` throw, `session_mismatch`, `connection_closed`
   */
  async look(socket: Socket, db: string | null, offer: Offer): Promise<Look> {
    this.#refuseEnded(socket);
    const { gateway, watch } = findServed(this.#databases, db);
    this.#refuseOther(socket, gateway.name);
    const { controls } = watch;
    // It costs a call of the system, and who has a token does without.
    const origin = offer.session === null ? offer.origin : (offer.origin ?? originOf(socket.request));
    const recheck: Recheck = (token, proof) => watch.recheck(token, proof);
    const proved = await proveOffer(gateway, { ...offer, origin }, recheck);
    const enter = proved === null ? null : () => this.#enter(socket, proved, watch, controls);
    return { gateway, enter };
  }

  /** What has ended stays so, whatever this connection offers: the page has to come back by another one. */
  #refuseEnded({ conn: connection }: Socket): void {
    const ended = this.find(connection)?.ended ?? null;
    if (ended !== null) throw ended;
  }

  /** Its proof is one of the database of its first namespace: elsewhere it would be taken for another user. */
  #refuseOther({ conn: connection }: Socket, db: string): void {
    const known = this.find(connection)?.session.db;
    if (known !== undefined && known !== db) throw otherDatabase(known, db);
  }

  #enter(socket: Socket, proved: Proved, watch: SessionWatch, controls: number): Client {
    this.#refuseEnded(socket);
    const { conn: connection } = socket;
    const known = this.find(connection);
    if (known !== undefined) {
      // Refuses one of another database, which has another watch, as well as one of another session.
      watch.renewed(known, proved);
      return known;
    }
    // It went while its token was looked at: nobody would ever take this page from the list.
    if (connection.readyState === 'closed') {
      throw new SidecarError('connection_closed', 'The connection was closed during its handshake.', {});
    }
    const client = new Client(proved, transportName(connection.transport.name), connection);
    marked(connection)[CLIENT] = client;
    client.enter();
    // What begins with a WebSocket stays there.
    if (client.transport === 'polling') connection.on('upgrade', onUpgrade);
    watch.add(client, controls);
    this.#clients.add(client);
    connection.on('close', this.#onClose);
    return client;
  }

  #leave(client: Client): void {
    if (!this.#clients.delete(client)) return;
    client.leave();
    this.#databases.get(client.session.db)?.watch.remove(client);
  }
}
