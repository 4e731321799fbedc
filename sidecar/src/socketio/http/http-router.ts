import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import cors from 'cors';
import { quote, reason } from '../../api/error.ts';
import type { Problem } from '../../api/problem.ts';
import {
  answerRefusal,
  codedRefusal,
  DRAINING,
  type HttpRefusal,
  NOT_FOUND,
  originRefusal,
  refuseUpgrade,
} from '../../lib/http/http-refusal.ts';
import type { Origins } from '../../lib/http/origins.ts';
import { senderOf } from '../../lib/http/sender.ts';
import type { LogDetails } from '../../observability/log.ts';
import { type Refuse, strangerRefused } from '../../observability/refused.ts';
import { isSupported } from '../packets/old-client.ts';
import { Echo } from './echo.ts';
import { isInner } from './inner-request.ts';
import { MalformedRequests, MOST_HEADER_BYTES } from './malformed-requests.ts';

const UNSUPPORTED = codedRefusal(
  400,
  'Bad Request',
  'client_unsupported',
  'This client of Socket.IO is not served: of 0.9, or of a version to come. Take one of 1.3 to 4: see docs/api/script.md.',
);

const PATH = '/socket.io/';
const ALIAS = '/socketio/';
/** How the query of nearly all clients begins. Parsing it for each took as long as all else that is looked at here. */
const USUAL = '?EIO=4&';
const USUAL_UPGRADE = `${PATH}${USUAL}transport=websocket`;
/** Of a path that the log quotes. */
const MOST_PATH = 80;
/** Longer than the interval of Engine.IO's pings: what stands still for so long is dead, or does not read. */
const IDLE_MS = 60_000;

/** Whether the server should get new connections. */
export interface Readiness {
  readonly ready: boolean;
  /** A JSON object: what is and what is not as it should be. */
  readonly report: object;
}

/** What the router asks. */
export interface RouterOptions {
  readiness(): Readiness;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
  /** A JSON object: who was refused last, which only those who run this sidecar may see. */
  refusals(): object;
  /** Takes a connection that asks for something else than a WebSocket, if it knows what. @returns whether it did */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Why a request that asks for no WebSocket is refused; null if it is none of those that have to. */
  refusal(request: IncomingMessage): HttpRefusal | null;
}

/** What the router needs besides. */
export interface RouterParts extends RouterOptions {
  readonly origins: Origins;
  /** Told of each request that is refused here. */
  readonly refuse: Refuse;
  warn(problem: Problem, details?: LogDetails): void;
}

/**
 * The HTTP server in front of Socket.IO: its two paths, `/healthz`, `/readyz`, `/metrics`, `/refusals`, and 404 for everything else.
 * While it drains it takes no new connections, with a status by which a proxy chooses another sidecar.
 */
export class HttpRouter {
  readonly server: HttpServer;
  readonly #options: RouterParts;
  readonly #connections = new Set<Duplex>();
  readonly #echo = new Echo();
  readonly #allow: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  #draining = false;
  #knows: (sid: string) => boolean = () => false;

  constructor(options: RouterParts) {
    this.#options = options;
    const { origins } = options;
    // Not Engine.IO's own, which does the same for each WebSocket, too: their browsers do not ask for it.
    this.#allow = cors({
      origin: origins.any ? '*' : (origin, answer) => answer(null, origins.allows(origin)),
    });
    this.server = createServer({ maxHeaderSize: MOST_HEADER_BYTES }, (_request, response) =>
      answerRefusal(response, NOT_FOUND),
    );
    const malformed = new MalformedRequests(options.refuse);
    this.server.on('clientError', (error, socket) => malformed.refuse(error, socket));
    // One function for all of them, which Node calls with the one that is closed.
    const connections = this.#connections;
    function onClose(this: Socket): void {
      connections.delete(this);
    }
    this.server.on('connection', (socket: Socket) => {
      connections.add(socket);
      socket.on('close', onClose);
    });
  }

  /**
   * Puts the router before the listeners that Socket.IO attached to the server.
   * @param knows whether a long-polling connection is one of this server
   */
  guard(knows: (sid: string) => boolean): void {
    this.#knows = knows;
    const handlers = this.server.listeners('request');
    const upgraders = this.server.listeners('upgrade');
    this.server.removeAllListeners('request').removeAllListeners('upgrade');
    this.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      // Not from the beginning: a WebSocket would keep the timer that it does not need.
      request.socket.setTimeout(IDLE_MS);
      takeAlias(request);
      const refusal = this.#refusal(request);
      if (refusal !== null) return answerRefusal(response, this.#say(refusal, request));
      const refusalElsewhere = this.#options.refusal(request);
      if (refusalElsewhere !== null) return answerRefusal(response, refusalElsewhere);
      if (this.#echo.takes(request)) return void this.#echo.answer(request, response);
      const path = request.url?.split('?', 1)[0];
      if (path === '/healthz') return answerJson(response, 200, { status: 'alive' });
      if (path === '/readyz') return this.#answerReadiness(response);
      if (path === '/refusals' && isInner(request))
        return answerJson(response, 200, this.#options.refusals());
      if (path === '/metrics') return void this.#answerMetrics(response);
      if (request.method === 'POST') response.once('finish', () => this.#posted(response));
      const handleAll = () => {
        for (const handle of handlers) Reflect.apply(handle, this.server, [request, response]);
      };
      if (request.url?.startsWith(PATH)) this.#allow(request, response, handleAll);
      else handleAll();
    });
    this.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      takeAlias(request);
      const isOurs = request.url?.startsWith(PATH) ?? false;
      // What is taken ends by itself, after the handlers that run there.
      if (!isOurs && this.#options.upgrade(request, socket, head))
        return void this.#connections.delete(socket);
      const refusal = isOurs ? this.#refusal(request) : unknownPath(request);
      if (refusal !== null) return refuseUpgrade(socket, this.#say(refusal, request));
      if (this.#echo.takes(request)) return this.#echo.upgrade(request, socket, head);
      // Engine.IO 6.6 takes a query that is there already, and else parses the address of each page, which is the same.
      if (request.url === USUAL_UPGRADE) Reflect.set(request, '_query', { EIO: '4', transport: 'websocket' });
      const upgradeAll = () => {
        for (const upgrade of upgraders) Reflect.apply(upgrade, this.server, [request, socket, head]);
      };
      if (head.length === 0) return forgetResponse(socket, upgradeAll);
      // Its client did not wait for the answer: what it sent would come before Engine.IO's transport, which a microtask makes.
      queueMicrotask(() => forgetResponse(socket, upgradeAll));
    });
  }

  /** From now on only connections that exist are served. */
  drain(): void {
    this.#draining = true;
    this.#echo.stop();
  }

  /** Ends what does not end by itself: a page behind a dead link never answers that it has heard of the end. */
  destroyConnections(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  #refusal(request: IncomingMessage): HttpRefusal | null {
    const { url = '', headers } = request;
    if (!url.startsWith(PATH)) return null;
    if (!this.#options.origins.allows(headers.origin)) return originRefusal(String(headers.origin));
    if (this.#draining && !this.#isKnown(url)) return DRAINING;
    if (this.#echo.takes(request)) return null;
    const rest = url.slice(PATH.length);
    return rest.startsWith(USUAL) || isSupported(rest) ? null : UNSUPPORTED;
  }

  /** A page that another sidecar has taken may still be sent here by its proxy: only that one knows its `sid`. */
  #isKnown(url: string): boolean {
    const sid = /[?&]sid=([^&]*)/.exec(url)?.[1];
    return sid !== undefined && this.#knows(sid);
  }

  #say(refusal: HttpRefusal, request: IncomingMessage): HttpRefusal {
    this.#options.refuse(strangerRefused('request', refusal.problem, senderOf(request)));
    return refusal;
  }

  #posted({ statusCode }: ServerResponse): void {
    if (statusCode !== 413) return;
    const message = 'A message that came by long-polling was larger than allowed';
    this.#options.warn({ code: 'message_too_large', message });
  }

  #answerReadiness(response: ServerResponse): void {
    const { ready, report } = this.#options.readiness();
    answerJson(response, ready ? 200 : 503, report);
  }

  async #answerMetrics(response: ServerResponse): Promise<void> {
    try {
      const text = await this.#options.metrics();
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    } catch (error) {
      response.writeHead(500, { 'Content-Type': 'text/plain' }).end(`${reason(error)}\n`);
    }
  }
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`);
}

/** Nothing but the path is named: what stands behind it may be a secret. */
function unknownPath({ url = '' }: IncomingMessage): HttpRefusal {
  const path = quote(url.split(/[?#]/, 1)[0], MOST_PATH);
  const message = `A WebSocket was asked for at ${path}, and the sidecar has one at /socket.io/, and Odoo's at /websocket. Let the proxy hand on the path as it is.`;
  return { ...NOT_FOUND, problem: { code: 'path_unknown', message } };
}

function takeAlias(request: IncomingMessage): void {
  if (request.url?.startsWith(ALIAS)) request.url = PATH + request.url.slice(ALIAS.length);
}

/**
 * Engine.IO 6.6 gives the middlewares of a WebSocket a response, which says when its connection is closed; nobody listens,
 * and it would keep the whole request for as long as that. It listens once to its socket; nothing else in Engine.IO 6.6 or ws 8
 * does so while a connection is taken.
 */
function forgetResponse(socket: Duplex, upgrade: () => void): void {
  const before = socket.listenerCount('close');
  upgrade();
  for (const listener of socket.rawListeners('close').slice(before)) {
    if ('listener' in listener) Reflect.apply(socket.off, socket, ['close', listener]);
  }
}
