import type { Server, Socket } from 'socket.io';
import { ANSWER, ASK_SESSION, SESSION } from '../../protocol/events.ts';
import type { Registry } from '../api/registry.ts';
import { SidecarError } from '../api/sidecar-error.ts';
import type { Log } from '../observability/log.ts';
import { type Auth, readAuth, readOffer } from './auth.ts';
import type { Client } from './client/client.ts';
import { CHANGED, DRAINING } from './client/drain.ts';
import { otherDatabase } from './client/handshake.ts';
import type { Refusal, Refusals, Whom } from './client/refusals.ts';
import type { Rounds } from './client/rounds.ts';
import { findLater } from './client/unknown-namespace.ts';
import type { ClientRegister, Served } from './client-register.ts';
import { sendTogether } from './connection/lean-connections.ts';
import { settle } from './connection/settling.ts';
import type { ConnectionGuards } from './limits/connection-guards.ts';
import type { EventLimits } from './limits/event-limit.ts';
import { NameSpaceSocket } from './namespace-socket.ts';
import type { NameSpaceSocketParts } from './namespace-socket-parts.ts';
import { authOf, entersByItself, sayNameless } from './packets/old-client.ts';

/** How long a socket may stay connected without a session. */
const SESSION_MS = 10_000;

/** What it is made of. */
export interface EntranceOptions {
  readonly registry: Registry;
  readonly databases: ReadonlyMap<string, Served>;
  readonly log: Log;
  readonly limits: EventLimits;
  readonly pages: ClientRegister;
  readonly guards: ConnectionGuards;
  readonly refusals: Refusals;
  readonly rounds: Rounds;
  /** True from when nobody is let in any more. */
  isDraining(): boolean;
}

/** What a socket carries along, in the place that Socket.IO has for it. */
interface Luggage {
  /** What it said when it came; until it is connected. */
  said?: Auth | undefined;
  own?: NameSpaceSocket;
  /** Runs while it has to prove its session. */
  proof?: NodeJS.Timeout | undefined;
  isProved?: true;
}

/** Lets sockets into their namespaces: who may connect, and as whom. */
export class Entrance {
  readonly #options: EntranceOptions;
  readonly #parts: NameSpaceSocketParts;
  /** Sockets that are gone and whose disconnect handlers run. */
  readonly #closing = new Set<Promise<void>>();
  readonly #onAny: readonly ((named: unknown, ...args: unknown[]) => void)[];
  readonly #onDisconnect: () => void;

  constructor(options: EntranceOptions) {
    this.#options = options;
    const { registry, limits, log, refusals } = options;
    this.#parts = { registry, limits, log, refusals };
    this.#onAny = [ofSocket((socket, named, ...args) => this.#event(socket, named, args))];
    this.#onDisconnect = ofSocket((socket) => this.#left(socket));
  }

  /** Those of a namespace, from now on. */
  serve(nameSpace: ReturnType<Server['of']>): void {
    nameSpace.use((socket, next) => {
      this.#admit(socket).then(
        () => {
          // That it is connected, and where it begins to read.
          sendTogether(socket.conn);
          next();
        },
        (error: unknown) => {
          this.#options.guards.leave(socket);
          next(this.#name(error, socket));
        },
      );
    });
    nameSpace.on('connection', (socket: Socket) => this.#connect(socket));
  }

  /** Resolves when the disconnect handlers have ended of all sockets that are gone by now. */
  async left(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #name(error: unknown, socket: Socket): Refusal {
    return this.#options.refusals.name(error, socket, this.#whom(socket));
  }

  #whom(socket: Socket): Whom {
    const session = this.#options.pages.find(socket.conn)?.session;
    const { said, own } = luggageOf(socket);
    return { db: said?.db ?? own?.db ?? session?.db ?? null, user: session?.uid ?? null };
  }

  async #admit(socket: Socket): Promise<void> {
    const { registry, databases, guards, pages } = this.#options;
    guards.enter(socket);
    if (this.#options.isDraining()) throw DRAINING;
    const { name } = socket.nsp;
    const known = registry.get(name);
    if (known === undefined && entersByItself(socket)) return guards.leave(socket);
    const said = readAuth(authOf(socket));
    luggageOf(socket).said = said;
    const declaration = known ?? (await findLater(name, databases.get(said.db ?? '')?.gateway, registry));
    const { gateway, enter } = await pages.look(socket, said.db, said);
    // The database has said why; what was installed before still is, or the page is told.
    await gateway.refreshModules().catch(() => undefined);
    if (!gateway.isInstalled(declaration.addon)) {
      throw new SidecarError(
        'namespace_not_installed',
        `The addon '${declaration.addon}', which declares '${declaration.path}', is not installed in '${gateway.name}'. Install it.`,
      );
    }
    enter?.();
  }

  #connect(socket: Socket): void {
    const declaration = this.#options.registry.get(socket.nsp.name);
    if (declaration === undefined && entersByItself(socket)) return void sayNameless(socket);
    const luggage = luggageOf(socket);
    const { said = readAuth(authOf(socket)) } = luggage;
    const counts = this.#options.databases.get(said.db ?? '')?.gateway.counts;
    if (declaration === undefined || counts === undefined) return void socket.disconnect();
    luggage.said = undefined;
    const counted = { declaration, counts: counts.nameSpace(declaration.path, declaration.nameSpace) };
    this.#begin(socket, luggage, new NameSpaceSocket(socket, counted, said, this.#parts));
    sendTogether(socket.conn);
  }

  #begin(socket: Socket, luggage: Luggage, own: NameSpaceSocket): void {
    luggage.own = own;
    socket.on('disconnect', this.#onDisconnect);
    for (const listener of this.#onAny) socket.onAny(listener);
    // Where Socket.IO 4.8 keeps them: in a list for each socket, with places for seventeen. One for all will do.
    if (Array.isArray(Reflect.get(socket, '_anyListeners')))
      Reflect.set(socket, '_anyListeners', this.#onAny);
    settle(socket);
    const client = this.#options.pages.find(socket.conn);
    // Its handshake began before the drain did: it is not among those that are drained.
    if (this.#options.isDraining()) own.end(DRAINING);
    else if (client === undefined) {
      luggage.proof = setTimeout(() => this.#endUnproved(socket, own), SESSION_MS);
      socket.emit(ASK_SESSION);
    }
    // It ended while this namespace was let in.
    else if (client.ended !== null) own.end(client.ended);
    else this.#open(socket, own, client);
  }

  #open(socket: Socket, own: NameSpaceSocket, client: Client): void {
    const luggage = luggageOf(socket);
    if (luggage.isProved === true || !socket.connected) return;
    luggage.isProved = true;
    endWait(luggage);
    if (this.#options.registry.get(socket.nsp.name) !== own.declaration) own.end(CHANGED);
    // Two namespaces of one connection may have asked at once.
    else if (client.session.db !== own.db) {
      own.end(this.#name(otherDatabase(client.session.db, own.db), socket).data);
    } else {
      // Not before: broadcasts are for those who have proved who they are.
      void socket.join(room(own.db));
      own.open(client);
    }
  }

  #event(socket: Socket, named: unknown, args: readonly unknown[]): void {
    const { own } = luggageOf(socket);
    if (own === undefined) return;
    // Numbers may stand for events as well.
    const event = String(named);
    // As often as the sidecar asked: what it limits are events that nobody asked for.
    if (event === ANSWER && own.post.receive(args[0], args[1])) return;
    if (!own.takes(event, args) || (event === ANSWER && own.post.hasSent(args[0]))) return;
    if (event === SESSION) void this.#prove(socket, own, args[0]);
    else own.receive(event, args);
  }

  #left(socket: Socket): void {
    const luggage = luggageOf(socket);
    const { own } = luggage;
    if (own === undefined) return;
    endWait(luggage);
    this.#options.guards.leave(socket);
    this.#options.rounds.leave(own);
    const closing = own.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #prove(socket: Socket, own: NameSpaceSocket, offer: unknown): Promise<void> {
    let client: Client;
    try {
      const { enter } = await this.#options.pages.look(socket, own.db, readOffer(offer));
      if (enter === null) {
        throw new SidecarError(
          'token_unknown',
          "The event 'session id' came without a proof. Send { token } or a session id as its argument.",
        );
      }
      client = enter();
    } catch (error) {
      return own.end(this.#name(error, socket).data);
    }
    this.#open(socket, own, client);
  }

  #endUnproved(socket: Socket, own: NameSpaceSocket): void {
    const message = `No session was given in ${SESSION_MS / 1000} s.`;
    const error = new SidecarError('session_missing', message, { retry: true });
    own.end(this.#name(error, socket).data);
  }
}

/** Whom a broadcast in a database is for. */
export function room(db: string): string {
  return `db:${db}`;
}

function endWait(luggage: Luggage): void {
  if (luggage.proof === undefined) return;
  clearTimeout(luggage.proof);
  luggage.proof = undefined;
}

function luggageOf(socket: Socket): Luggage {
  return socket.data;
}

/** One listener for all sockets, and not one for each: Socket.IO calls it with the one that it belongs to. */
function ofSocket(
  listen: (socket: Socket, ...args: unknown[]) => void,
): (this: Socket, ...args: unknown[]) => void {
  return function (this: Socket, ...args) {
    listen(this, ...args);
  };
}
