import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { reason } from '../api/error.ts';

const PATH = '/socket.io/';
const ALIAS = '/socketio/';

/** What the server tells of itself. */
export interface Status {
  /** False while it should get no new connections. */
  readonly ready: boolean;
  /** A JSON object: what is and what is not as it should be. */
  readonly report: object;
}

/** What the router asks. */
export interface RouterOptions {
  status(): Status;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
}

/**
 * The HTTP server in front of Socket.IO: its two paths, `/health`, `/metrics`, and 404 for everything else. While it
 * drains it takes no new connections, with a status by which a proxy chooses another sidecar.
 */
export class HttpRouter {
  readonly server: HttpServer;
  readonly #options: RouterOptions;
  readonly #connections = new Set<Socket>();
  #draining = false;
  #knows: (sid: string) => boolean = () => false;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.server = createServer((_request, response) => plain(response, 404, 'Not found\n'));
    this.server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
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
      takeAlias(request);
      if (this.#refuses(request)) return plain(response.setHeader('Retry-After', '1'), 503, 'Draining\n');
      const path = request.url?.split('?', 1)[0];
      if (path === '/health') return this.#answerHealth(response);
      if (path === '/metrics') return void this.#answerMetrics(response);
      for (const handle of handlers) Reflect.apply(handle, this.server, [request, response]);
    });
    this.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      takeAlias(request);
      if (this.#refuses(request)) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n\r\n');
        return;
      }
      for (const upgrade of upgraders) Reflect.apply(upgrade, this.server, [request, socket, head]);
    });
  }

  /** From now on only connections that exist are served. */
  drain(): void {
    this.#draining = true;
  }

  /** Ends what does not end by itself: a page behind a dead link never answers that it has heard of the end. */
  destroyConnections(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  /** A page that another sidecar has taken may still be sent here by its proxy: only that one knows its `sid`. */
  #refuses({ url = '' }: IncomingMessage): boolean {
    if (!this.#draining || !url.startsWith(PATH)) return false;
    const sid = /[?&]sid=([^&]*)/.exec(url)?.[1];
    return sid === undefined || !this.#knows(sid);
  }

  #answerHealth(response: ServerResponse): void {
    const { ready, report } = this.#options.status();
    response
      .writeHead(ready ? 200 : 503, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
      .end(`${JSON.stringify(report)}\n`);
  }

  async #answerMetrics(response: ServerResponse): Promise<void> {
    try {
      const text = await this.#options.metrics();
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    } catch (error) {
      plain(response, 500, `${reason(error)}\n`);
    }
  }
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain' }).end(text);
}

function takeAlias(request: IncomingMessage): void {
  if (request.url?.startsWith(ALIAS)) request.url = PATH + request.url.slice(ALIAS.length);
}
