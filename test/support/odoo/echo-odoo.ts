import type { IncomingMessage } from 'node:http';
import { startHttp } from '../network/http-server.ts';

const PATHS = ['/web_socketio/echo', '/socket.io/echo'];

/**
 * What Odoo with web_socketio answers who asks what reached it; 404 for everything else. `test/odoo/doctor.test.ts` holds the
 * real one against it.
 *
 * @param proxyMode whether it believes what a proxy says, as Odoo does with `proxy_mode`
 * @param sockets the system parameter `web_socketio.url`
 * @param series from 16.0 on it has a bus: an HTTP worker of Odoo answers 500 who asks it for a WebSocket
 */
export function startEchoOdoo(
  proxyMode = true,
  sockets: string | null = null,
  series = '15.0',
): Promise<string> {
  return startHttp(async (request, response) => {
    if (request.url === '/websocket' && request.headers.upgrade !== undefined)
      return void response.writeHead(500).end();
    if (!PATHS.includes(request.url?.split('?', 1)[0] ?? '')) return void response.writeHead(404).end();
    let bytes = 0;
    try {
      for await (const chunk of request) bytes += chunk.length;
    } catch {
      return; // Whoever sent it has been refused by the proxy, and waits for nothing.
    }
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ ...read(request, proxyMode), bytes, sockets, series }));
  });
}

function read({ headers }: IncomingMessage, proxyMode: boolean): object {
  const text = (name: string) => (headers[name] === undefined ? null : `${headers[name]}`);
  const [host, forwardedHost] = [headers.host ?? null, text('x-forwarded-host')];
  const believed = proxyMode && forwardedHost !== null;
  const scheme = believed ? (text('x-forwarded-proto') ?? 'http') : 'http';
  return {
    ...{ server: 'odoo', now: Date.now(), host, forwardedHost },
    ...{ forwardedProto: text('x-forwarded-proto'), forwardedFor: text('x-forwarded-for') },
    cookie: headers.cookie !== undefined,
    ...{ address: `${scheme}://${believed ? forwardedHost : host}`, remote: '127.0.0.1' },
  };
}
