import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Server, type WebSocket, WebSocketServer } from 'ws';
import { quote } from '../api/error.ts';
import type { Problem } from '../api/problem.ts';
import { saysDoctor } from '../lib/http/doctor-agent.ts';
import {
  codedRefusal,
  DRAINING,
  type HttpRefusal,
  originRefusal,
  refuseUpgrade,
} from '../lib/http/http-refusal.ts';
import type { Origins } from '../lib/http/origins.ts';
import { senderOf } from '../lib/http/sender.ts';
import { Strangers } from '../lib/http/strangers.ts';
import type { LogDetails } from '../observability/log.ts';
import { RareWarnings } from '../observability/rare-warnings.ts';
import { type Refuse, strangerRefused } from '../observability/refused.ts';
import type { BusSubscriptions } from './bus-client.ts';
import { BusConnections } from './bus-connections.ts';
import type { BusHub } from './bus-hub.ts';
import { BusSocket, type BusSocketParts } from './bus-socket.ts';
import { CLEAN, OUTDATED } from './close-codes.ts';
import type { EarlyFrames } from './early-frames.ts';
import { EventedOpening } from './evented-opening.ts';
import { EventedWorker, eventedProblem, eventedRequestOf } from './evented-worker.ts';
import { isBusRequest, refusalOf } from './handshake.ts';
import { Relay, type RelayParts } from './relay.ts';
import { VersionCheck } from './version-check.ts';
import { cookieOf, isSameSite, visitorOf } from './visitor.ts';
import { WIRE_TIMES, Wire, type WireLimits } from './wire.ts';

/** Of one message, as Odoo has it. */
const MESSAGE_BYTES = 2 ** 20;

/** With these the doctor finds out who serves the bus. */
const DOCTORS: ReadonlySet<string> = new Set(['bus_handshake_invalid', 'bus_not_installed']);

/** What the endpoint is made of. */
export interface BusEndpointOptions {
  /** Of the databases that are served. */
  readonly hubs: ReadonlyMap<string, BusHub>;
  readonly subscriptions: BusSubscriptions;
  readonly origins: Origins;
  /** Odoo's evented worker, such as `http://127.0.0.1:8072`; null if there is none. */
  readonly eventedUrl: string | null;
  /** What may wait for one page. */
  readonly queueBytes: number;
  /** How long a drain may take. */
  readonly drainMs: number;
  readonly times?: Partial<Omit<WireLimits, 'queueBytes'>>;
  /** Whether any database's bus is served; null while that cannot be known. */
  served(): Promise<boolean | null>;
  /** The databases as messages name them, with what is wrong with them. */
  names(): string;
  /** Told of each request that is refused. */
  readonly refuse: Refuse;
  warn(problem: Problem, details?: LogDetails): void;
}

/** Odoo's `/websocket`: who may connect, and where to. */
export class BusEndpoint {
  readonly connections: BusConnections;
  readonly #options: BusEndpointOptions;
  readonly #server: Server<typeof Wire>;
  readonly #limits: WireLimits;
  readonly #warnings: RareWarnings;
  readonly #strangers = new Strangers();
  readonly #versions: VersionCheck;
  readonly #evented: EventedWorker | null;
  readonly #socketParts: BusSocketParts;
  readonly #relayParts: RelayParts;
  readonly #openings = new Set<EventedOpening>();

  constructor(options: BusEndpointOptions) {
    this.#options = options;
    this.connections = new BusConnections(options.drainMs);
    this.#server = new WebSocketServer({
      ...{ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: MESSAGE_BYTES },
      // Odoo chooses none either.
      handleProtocols: () => false,
      WebSocket: Wire,
    });
    this.#limits = { ...WIRE_TIMES, ...options.times, queueBytes: options.queueBytes };
    this.#warnings = new RareWarnings(options.warn);
    this.#versions = new VersionCheck(options.subscriptions);
    this.#evented = options.eventedUrl === null ? null : new EventedWorker(options.eventedUrl);
    const warn = (kind: string, problem: Problem) => this.#warnings.warn(kind, problem);
    this.#socketParts = {
      subscriptions: options.subscriptions,
      hubs: options.hubs,
      bridge: (socket, early) => this.#bridge(socket, early),
      gone: (socket) => this.#gone(socket),
      warn,
    };
    const gone = (relay: Relay) => this.connections.delete(relay);
    this.#relayParts = { queueBytes: options.queueBytes, gone, warn };
  }

  /** Why a request that asks for no WebSocket is refused; null if it is for something else. */
  refusal(request: IncomingMessage): HttpRefusal | null {
    const refusal = isBusRequest(request) ? refusalOf(request) : null;
    return refusal === null ? null : this.#say(request, refusal);
  }

  /** Takes a connection that is for Odoo's bus. @returns whether it is */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!isBusRequest(request) || !(socket instanceof Socket)) return false;
    const refusal = this.#refusal(request);
    if (refusal !== null) this.#refuse(request, socket, refusal);
    else void this.#admit(request, socket, head);
    return true;
  }

  /** Ends what is left. May be called twice. */
  stop(): void {
    for (const opening of [...this.#openings]) opening.stop();
    this.connections.stop();
  }

  #refusal(request: IncomingMessage): HttpRefusal | null {
    const { origin } = request.headers;
    if (this.connections.draining) return DRAINING;
    const refusal = refusalOf(request);
    if (refusal !== null || this.#options.origins.allows(origin)) return refusal;
    return originRefusal(String(origin));
  }

  #refuse(request: IncomingMessage, socket: Duplex, refusal: HttpRefusal): void {
    refuseUpgrade(socket, this.#say(request, refusal));
  }

  #say(request: IncomingMessage, refusal: HttpRefusal): HttpRefusal {
    const { problem } = refusal;
    const isDoctors = DOCTORS.has(problem.code) && saysDoctor(request.headers);
    this.#options.refuse({ ...strangerRefused('bus', problem, senderOf(request)), isDoctors });
    return refusal;
  }

  async #admit(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    // Nobody else listens to it meanwhile, and what is not listened to would end the process.
    const lost = () => socket.destroy();
    socket.on('error', lost);
    const served = await this.#options.served();
    if (socket.destroyed) return;
    if (this.connections.draining) this.#refuse(request, socket, DRAINING);
    else if (served === true) this.#accept(request, socket, head);
    else if (served === false && this.#evented !== null) this.#pass(this.#evented, request, socket, head);
    else this.#refuse(request, socket, this.#missing(served));
    socket.off('error', lost);
  }

  #missing(served: boolean | null): HttpRefusal {
    const names = this.#options.names();
    const code = served === null ? 'database_unavailable' : 'bus_not_installed';
    const message =
      served === null
        ? `Odoo's bus of ${names} cannot be served now: the page comes back.`
        : `The addon web_socketio_bus is not installed in ${names}: install it, name Odoo's evented worker in WEB_SOCKETIO_EVENTED_URL, or let the proxy send /websocket there.`;
    return codedRefusal(503, 'Service Unavailable', code, message);
  }

  #accept(request: IncomingMessage, tcp: Socket, head: Buffer): void {
    const trusted = this.#trusts(request);
    const visitor = visitorOf(request, trusted);
    const evented = this.#evented === null ? null : eventedRequestOf(request, visitor.cookie);
    this.#server.handleUpgrade(request, tcp, head, (wire) => {
      const now = performance.now();
      const socket = new BusSocket(wire, visitor, evented, this.#socketParts, now);
      wire.begin(tcp, socket, this.#limits, now);
      this.connections.add(socket);
      const stays = this.#versions.check(visitor);
      if (stays !== true) void this.#judge(socket, stays);
    });
  }

  /** The page's own site, or one that was named. The session of another site's visitor would be somebody else's doing. */
  #trusts(request: IncomingMessage): boolean {
    const origin = String(request.headers.origin);
    const { origins } = this.#options;
    if (!origins.any || isSameSite(request)) return true;
    if (this.#strangers.add(origin)) {
      const code = 'bus_origin_foreign';
      const reached = request.headers['x-forwarded-host'] ?? request.headers.host;
      const message = `Pages of ${quote(origin)} ask for Odoo's bus of ${quote(reached)}: they are visitors there, without the session of their user. If both are one site, let the proxy hand on Host, or X-Forwarded-Host. If the other site should have the session, add it to WEB_SOCKETIO_ORIGINS, with all others.`;
      this.#options.warn({ code, message });
    }
    return false;
  }

  async #judge(socket: BusSocket, stays: boolean | Promise<boolean>): Promise<void> {
    const { wire } = socket;
    // As with Odoo, an outdated page is told before anything it sends is looked at.
    wire.pause();
    if (!(await stays)) socket.close(CLEAN, OUTDATED);
    wire.resume();
  }

  #pass(worker: EventedWorker, request: IncomingMessage, tcp: Socket, head: Buffer): void {
    // Nothing of it changes: it is Odoo's own affair.
    const upstream = worker.connect(eventedRequestOf(request, cookieOf(request, true)));
    const opening = new EventedOpening(tcp, upstream, {
      opened: () => {
        this.#openings.delete(opening);
        this.#server.handleUpgrade(request, tcp, head, (wire) => this.#relay(wire, tcp, upstream, []));
      },
      refused: (why) => {
        this.#openings.delete(opening);
        const problem = eventedProblem(why);
        const said = "Odoo's evented worker took no connection: the log of the sidecar says why.";
        const refusal = codedRefusal(502, 'Bad Gateway', 'evented_unreachable', said);
        this.#refuse(request, tcp, { ...refusal, problem });
      },
      left: () => this.#openings.delete(opening),
    });
    this.#openings.add(opening);
  }

  #bridge(socket: BusSocket, { request, all }: EarlyFrames): boolean {
    const tcp = socket.wire.tcp;
    if (this.#evented === null || tcp === null) return false;
    this.#relay(socket.wire, tcp, this.#evented.connect(request), all);
    return true;
  }

  #relay(wire: Wire, tcp: Socket, upstream: WebSocket, frames: readonly Buffer[]): void {
    const relay = new Relay(wire, upstream, this.#relayParts, frames);
    wire.begin(tcp, relay, this.#limits, performance.now());
    this.connections.add(relay);
  }

  #gone(socket: BusSocket): void {
    this.connections.delete(socket);
    this.#options.subscriptions.closed(socket, this.connections.draining);
  }
}
