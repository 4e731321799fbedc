import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Control } from './control.ts';
import { BadRequest } from './openerp/json-rpc.ts';
import type { OpenERP } from './openerp/openerp.ts';
import { PageFiles } from './page-files.ts';
import { listenNear } from './port.ts';

/** In every answer, so that nobody takes it for the real one. */
const LABEL = 'web_socketio playground (a stand-in for OpenERP)';
/** Each seat of the page has a session of its own, under its own path. */
const SEAT = /^\/(?:left|right)(?=\/|$)/;

/** What answers requests; the web server listens before its parts are there. */
export interface Parts {
  readonly openerp: OpenERP;
  readonly control: Control;
}

/** The one web server of the playground: the page, its routes, and OpenERP's part. On the loopback interface only. */
export class WebServer {
  readonly #server: Server;
  readonly #files = new PageFiles(fileURLToPath(new URL('page', import.meta.url)));
  readonly #report: (error: unknown) => void;
  #parts: Parts | undefined;

  /** @param report is told of what went wrong and nobody expected */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** @returns the port */
  async listen(usualPort: number): Promise<number> {
    return await listenNear(this.#server, usualPort);
  }

  serve(parts: Parts): void {
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
    if (this.#parts === undefined) return text(response, 503, 'The playground starts.');
    if (request.method === 'GET' || request.method === 'HEAD') {
      if (prefix !== '' && path === '') return void response.writeHead(308, { Location: `${prefix}/` }).end();
      if (path === '/') return await this.#files.answer(response, prefix === '' ? 'index.html' : 'seat.html');
      const asset = /^\/assets\/([^/]+)$/.exec(pathname)?.[1];
      if (asset !== undefined) return await this.#files.answer(response, asset);
    }
    const { openerp, control } = this.#parts;
    if (await control.answer(request, response, pathname)) return;
    if (await openerp.answer({ request, response, path, prefix })) return;
    text(response, 404, `${LABEL}: there is no ${request.method} ${pathname}.`);
  }
}

function text(response: ServerResponse, status: number, said: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(said);
}
