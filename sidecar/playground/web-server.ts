import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MOST_HEADER_BYTES } from '../src/socketio/http/malformed-requests.ts';
import { BadRequest } from './openerp/json-rpc.ts';
import { listenNear } from './port.ts';

/** In every answer, so that nobody takes it for the real one. */
const LABEL = 'web_socketio playground (a stand-in for Odoo)';
/** Each seat of the page has a session of its own, under its own path. */
const SEAT = /^\/(?:left|right)(?=\/|$)/;

/** How the page itself is reached. Pages of other sites reach the loopback interface as well, under a name of theirs. */
const OWN_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/** A request, as those see it who may answer it. */
export interface WebRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The whole path. */
  readonly pathname: string;
  /** `/left` for that seat, nothing at the root. */
  readonly prefix: string;
  /** The path without the prefix. */
  readonly path: string;
}

/** What answers some of the requests. */
export interface Part {
  /** @returns false if it has no such route */
  answer(request: WebRequest): Promise<boolean>;
}

/** The one web server of the playground: the page, its routes, and OpenERP's part. On the loopback interface only. */
export class WebServer {
  readonly #server: Server;
  readonly #report: (error: unknown) => void;
  #parts: readonly Part[] | undefined;

  /** @param report is told of what went wrong and nobody expected */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
    this.#server = createServer(
      { maxHeaderSize: MOST_HEADER_BYTES },
      (request, response) => void this.#answer(request, response),
    );
  }

  /** @returns the port */
  async listen(usualPort: number): Promise<number> {
    return await listenNear(this.#server, usualPort);
  }

  /** Begins to answer: until then it says that it starts. */
  serve(parts: readonly Part[]): void {
    this.#parts = parts;
  }

  /** Closes all connections, those that wait for events included. May be called twice. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Server', LABEL);
    try {
      await this.#route(request, response);
    } catch (error) {
      const isOurs = !(error instanceof BadRequest);
      if (isOurs) this.#report(error);
      if (response.headersSent) response.destroy();
      else text(response, isOurs ? 500 : 400, error instanceof Error ? error.message : String(error));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://playground');
    const prefix = SEAT.exec(pathname)?.[0] ?? '';
    const path = pathname.slice(prefix.length);
    if (!isOwn(request)) return text(response, 403, `${LABEL}: only its own page may ask it.`);
    if (this.#parts === undefined) return text(response, 503, 'The playground starts.');
    for (const part of this.#parts) {
      if (await part.answer({ request, response, pathname, prefix, path })) return;
    }
    text(response, 404, `${LABEL}: there is no ${request.method} ${pathname}.`);
  }
}

/** Did it come from this server's own page, or from a program? */
function isOwn({ headers: { host = '', origin } }: IncomingMessage): boolean {
  return OWN_HOST.test(host) && (origin === undefined || origin === `http://${host}`);
}

function text(response: ServerResponse, status: number, said: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(said);
}
