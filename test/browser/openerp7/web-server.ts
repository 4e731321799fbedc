import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { startServer } from '../../support/browser/browser-server.ts';

const USER = { uid: 1, db: 'o7' };

/** A database with these modules, and where their sidecar is. */
export interface WebServerOptions {
  readonly modules: readonly string[];
  /** The JavaScript of its modules, in one file or several. */
  readonly bundles: readonly string[];
  readonly sidecarUrl: string;
}

/** The few routes of OpenERP 7.0 that its web client's stand-in asks; the address, closed when the test has finished. */
export async function startWebServer({ modules, bundles, sidecarUrl }: WebServerOptions): Promise<string> {
  const { http, url } = await startServer();
  const sessions = new Sessions();
  const pages: Record<string, string> = { '/': makeDocument(modules, bundles.length) };
  for (const [index, bundle] of bundles.entries()) pages[`/${index}.js`] = bundle;

  http.on('request', async (request, response) => {
    const path = request.url ?? '';
    const page = pages[path];
    if (page !== undefined) {
      response.setHeader('Content-Type', path === '/' ? 'text/html' : 'application/javascript');
      response.end(page);
    } else if (request.method === 'POST') {
      await answer(path, request, response);
    } else if (!path.startsWith('/socket.io/')) {
      response.writeHead(404).end();
    }
  });
  return url;

  async function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = JSON.parse(await text(request)) as { params: { session_id?: string } };
    const sid = /(?:^|; )sid=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? makeKey();
    const session_id = params.session_id ?? makeKey();
    response.setHeader('Set-Cookie', `sid=${sid}; Path=/`);
    const result = sessions.handle(path, `${sid}|${session_id}`, sidecarUrl);
    const error = { code: 100, message: 'OpenERP Session Invalid', data: { type: 'session_invalid' } };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(result ? { result: { session_id, ...result } } : { error }));
  }
}

/** Sessions as OpenERP 7.0 knows them: found by the cookie and the parameter together. */
class Sessions {
  readonly #live = new Set<string>();

  handle(path: string, key: string, url: string): object | undefined {
    if (path === '/web/session/authenticate') this.#live.add(key);
    if (path === '/web/session/destroy') this.#live.delete(key);
    const isLive = this.#live.has(key);
    if (path !== '/web_socketio/token') return isLive ? USER : { uid: false, db: false };
    return isLive ? { ...USER, token: 'a token', expires_in: 900, url } : undefined;
  }
}

function makeDocument(modules: readonly string[], count: number): string {
  const scripts = Array.from({ length: count }, (_, index) => `<script src="/${index}.js"></script>`);
  return `<!doctype html><link rel="icon" href="data:,"><body></body>${scripts.join('')}
    <script>openerp.init(${JSON.stringify(modules)})</script>`;
}

function makeKey(): string {
  return randomBytes(8).toString('hex');
}
