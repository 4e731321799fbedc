import { Server } from 'socket.io';
import type { Problem } from '../api/problem.ts';
import type { Registry } from '../api/registry.ts';
import type { Broadcast } from '../delivery/broadcast.ts';
import { Origins } from '../lib/http/origins.ts';
import { SHUTDOWN_MS } from '../lib/shutdown-budget.ts';
import type { SidecarCounts } from '../observability/counts/sidecar-counts.ts';
import type { Log } from '../observability/log.ts';
import type { Refuse } from '../observability/refused.ts';
import { drain, sendBack } from './client/drain.ts';
import { unavailable } from './client/handshake.ts';
import { Refusals } from './client/refusals.ts';
import { Rounds } from './client/rounds.ts';
import { ClientRegister, type Served } from './client-register.ts';
import { type EngineRefusal, refusedByEngine } from './connection/engine-refusal.ts';
import { forgetRequests } from './connection/handshake-request.ts';
import { carryLean } from './connection/lean-connections.ts';
import { RoomAdapter } from './connection/room-adapter.ts';
import { Entrance, room } from './entrance.ts';
import { HttpRouter, type RouterOptions } from './http/http-router.ts';
import { listen } from './http/listening.ts';
import type { Connection, ConnectionLimits } from './limits/connection-guard.ts';
import { ConnectionGuards } from './limits/connection-guards.ts';
import type { EventLimits } from './limits/event-limit.ts';
import { translateTexts } from './packets/old-client.ts';
import { decoderOf } from './packets/packet-decoder.ts';
import { PacketEncoder } from './packets/packet-encoder.ts';
import { endUnpolled } from './packets/unpolled.ts';
import { Census } from './page-census.ts';

/** Connections that wait to be accepted. With Node's 511, more of them at once waited a whole second. */
const BACKLOG = 4_096;

/** What its clients and its server modules may do. */
export interface ServerLimits extends ConnectionLimits, EventLimits {
  readonly origins: readonly string[];
  readonly stuckSeconds: number;
}

/** What the server is made of. */
export interface SocketServerOptions {
  readonly interface: string;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly registry: Registry;
  readonly databases: ReadonlyMap<string, Served>;
  readonly log: Log;
  readonly counts: SidecarCounts;
  /** Told of each connection, and each namespace of one, that is refused. */
  readonly refuse: Refuse;
  /** How long a drain may take. */
  readonly drainMs: number;
  /** What a proxy knows this server by; null if it does not ask. */
  readonly route: string | null;
  readonly router: RouterOptions;
  readonly limits: ServerLimits;
  /** It is being stopped, and the last handler has ended: closes what else is connected to the port. */
  handlersEnded(): void;
}

/** The 8068 server: who may connect, and as whom. */
export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #router: HttpRouter;
  readonly #io: Server;
  readonly #pages: ClientRegister;
  readonly #entrance: Entrance;
  readonly #rounds: Rounds;
  #draining: Promise<void> | null = null;

  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#pages = new ClientRegister(options.databases);
    const { limits, log, refuse, counts } = options;
    const origins = new Origins(limits.origins);
    this.#router = new HttpRouter({
      ...options.router,
      ...{ origins, refuse },
      warn: (problem, details) => log.warn(null, problem, details),
    });
    // Sockets prove themselves by a token, never by a cookie: another site's page has none to send.
    this.#io = new Server(this.#router.server, {
      serveClient: false,
      maxHttpBufferSize: limits.messageBytes,
      // The clients of Socket.IO 1 and 2, which telephones and programs are often made with.
      allowEIO3: true,
      cleanupEmptyChildNamespaces: true,
      adapter: RoomAdapter,
      parser: { Encoder: PacketEncoder, Decoder: decoderOf(limits.messageBytes) },
    });
    if (options.route !== null) this.#sign(options.route);
    carryLean(this.#io.engine);
    forgetRequests(this.#io.engine);
    this.#io.engine.on('connection', translateTexts);
    // Engine.IO's own list: one of ours would have to be kept up to date for each connection, for the sake of a drain.
    this.#router.guard((sid) => Object.hasOwn(Reflect.get(this.#io.engine, 'clients'), sid));
    const guards = new ConnectionGuards(
      this.#io,
      limits,
      (problem, connection) => this.#cut(problem, connection),
      counts.traffic,
    );
    this.#rounds = new Rounds(this.#pages.all, limits.stuckSeconds, (problem, fields) =>
      log.warn(null, problem, fields),
    );
    const refusals = new Refusals(options.databases, refuse);
    this.#io.engine.on('connection_error', (error: EngineRefusal) => refuse(refusedByEngine(error)));
    this.#entrance = new Entrance({
      ...{ ...options, guards, pages: this.#pages, rounds: this.#rounds, refusals },
      isDraining: () => this.#draining !== null,
    });
  }

  /**
   * Listens.
   * @returns the port
   * @throws SocketIOError `port_unusable`
   */
  async start(): Promise<number> {
    const { interface: host, port, registry } = this.#options;
    // Before the pattern, so that they are there for good: of what the pattern brings, Socket.IO forgets a namespace when
    // a socket is refused, and those that are just being let in would hear no broadcast.
    for (const { path } of registry.all()) this.#entrance.serve(this.#io.of(path));
    // Names come from outside: a name nobody declared lives as long as its refusal.
    this.#entrance.serve(this.#io.of(/^\//));
    this.#entrance.serve(this.#io.of('/'));
    const http = this.#router.server;
    await listen(http, { port, host, backlog: BACKLOG });
    this.#rounds.start();
    const address = http.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** A namespace was declared while it listens: it is there for good, as those of the start are. */
  add(path: string): void {
    // The pattern brings it. This is how Socket.IO forgets it when it is empty.
    Reflect.deleteProperty(this.#io.of(path), '_remove');
  }

  /** Counts who is connected, at this moment. */
  census(): Census {
    return new Census(this.#pages.all);
  }

  /** How many pages are connected. */
  get pages(): number {
    return this.#pages.all.size;
  }

  /** Takes no new connections, and drains the clients one after the other, as `drain` says. May be called twice. */
  drain(): Promise<void> {
    this.#router.drain();
    this.#draining ??= drain([...this.#pages.all], this.#options.drainMs);
    return this.#draining;
  }

  /** Puts other code in place, by `replace`, and has all pages come back to it. @param db only those of that database */
  async renew(replace: () => void, db?: string): Promise<void> {
    await sendBack(() => (db === undefined ? [...this.#pages.all] : this.#pages.of(db)), replace);
  }

  /** Closes every socket and the port. May be called twice. */
  async stop(): Promise<void> {
    this.#rounds.stop();
    const timer = setTimeout(() => this.#router.destroyConnections(), SHUTDOWN_MS.http);
    const closed = this.#io.close();
    // By now all sockets are gone, and their disconnect handlers run.
    await this.#entrance.left();
    this.#options.handlersEnded();
    await closed;
    clearTimeout(timer);
    endUnpolled(this.#io.engine);
  }

  /** Sends an event to the sockets of one namespace and database that this server holds. */
  broadcast(db: string, { path, event, args, except }: Broadcast): void {
    const sockets = this.#io._nsps.get(path)?.to(room(db));
    (except === null ? sockets : sockets?.except(except))?.emit(event, ...args);
  }

  /** A database is another one now: positions of its pages start anew. */
  restart(db: string): void {
    for (const { sockets } of this.#pages.of(db)) for (const socket of sockets) socket.restart();
  }

  /** A database is gone, or the module in it: its pages come back if it does. */
  leave(db: string): void {
    const reason = unavailable(db);
    for (const { sockets } of this.#pages.of(db)) for (const socket of sockets) socket.end(reason);
  }

  /** Looks for handlers that do not end. It happens by itself. @param now by the monotonic clock, in milliseconds */
  lookForStuck(now: number): void {
    this.#rounds.lookForStuck(now);
  }

  /** Ends the ids of connections with a route, so that a proxy finds in each request to which sidecar it belongs. */
  #sign(route: string): void {
    const { engine } = this.#io;
    const generate = engine.generateId.bind(engine);
    engine.generateId = async (request) => `${await generate(request)}.${route}`;
  }

  #cut(problem: Problem, connection: Connection): void {
    this.#options.counts.cuts.add(problem.code);
    const session = this.#pages.find(connection)?.session;
    this.#options.log.warn(session?.db ?? null, problem, { user: session?.uid ?? null });
  }
}
