import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startHttp } from '../support/http-server.ts';
import { startNginx } from '../support/nginx.ts';

interface Seen {
  by: string;
  url: string | undefined;
  headers: IncomingHttpHeaders;
}

/** nginx in front of three servers that tell what they were asked. */
async function startAll(): Promise<{ url: string; ask(path: string, init?: RequestInit): Promise<Seen> }> {
  const server = (by: string) =>
    startHttp(
      ({ url, headers }: IncomingMessage, response: ServerResponse) =>
        response.end(JSON.stringify({ by, url, headers })),
      (http) =>
        http.on('upgrade', ({ headers }, socket) =>
          socket.end(
            `HTTP/1.1 101 ${by}\r\nUpgrade: ${headers.upgrade}\r\nConnection: ${headers.connection}\r\n\r\n`,
          ),
        ),
    );
  const [odoo, sidecar, odooEvented] = await Promise.all([
    server('odoo'),
    server('sidecar'),
    server('evented'),
  ]);
  const nginx = await startNginx({ odoo, sidecar, odooEvented });
  onTestFinished(() => nginx.stop());
  const ask = async (path: string, init?: RequestInit): Promise<Seen> => {
    const response = await fetch(new URL(path, nginx.url), init);
    return JSON.parse(await response.text());
  };
  return { url: nginx.url, ask };
}

it.each([
  ['/socket.io/?EIO=4&transport=polling', 'sidecar'],
  ['/socketio/?EIO=4', 'sidecar'],
  ['/websocket?version=19.0', 'evented'],
  ['/longpolling/poll', 'evented'],
  ['/websocket/health', 'odoo'],
  ['/socketXio/', 'odoo'],
  ['/web/socket.io/', 'odoo'],
  ['/web_socketio/token', 'odoo'],
  ['/', 'odoo'],
])('%s goes to the %s as it is', async (path, by) => {
  const { ask } = await startAll();
  expect(await ask(path)).toMatchObject({ by, url: path });
});

it('The servers behind it are told the address that the browser used, and not that of the client by itself', async () => {
  const { url, ask } = await startAll();
  const { host } = new URL(url);
  for (const path of ['/web', '/socket.io/']) {
    const { headers } = await ask(path, {
      headers: { 'X-Forwarded-For': '9.9.9.9', 'X-Real-IP': '9.9.9.9' },
    });
    expect(headers).toMatchObject({
      host,
      'x-forwarded-host': host,
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '9.9.9.9, 127.0.0.1',
      'x-real-ip': '127.0.0.1',
    });
    expect(headers).not.toHaveProperty('connection', 'close');
  }
});

it.each([
  ['/socket.io/', 'sidecar'],
  ['/socketio/', 'sidecar'],
  ['/websocket', 'evented'],
])('An upgrade of %s reaches the %s', async (path, by) => {
  const { url } = await startAll();
  expect(await upgrade(url, path)).toMatch(new RegExp(`^HTTP/1.1 101 ${by}`));
});

it('An upgrade of anything else does not pass', async () => {
  const { url } = await startAll();
  expect(await upgrade(url, '/web')).toMatch(/^HTTP\/1.1 200/);
});

it('An upload is as long as Odoo lets it be, not one megabyte', async () => {
  const { ask } = await startAll();
  const body = Buffer.alloc(2 * 1024 * 1024);
  expect(await ask('/web/binary/upload', { method: 'POST', body })).toMatchObject({ by: 'odoo' });
});

/** The first of the answer to a request that asks for a WebSocket. */
async function upgrade(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => {
    socket.destroy();
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  const [data] = await once(socket, 'data');
  return String(data);
}

/** nginx in front of two sidecars that tell which one they are, one of which is being stopped if that is said. */
async function startTwo(): Promise<{
  ask(page: string): Promise<string>;
  drain(name: string): void;
}> {
  const draining = new Set<string>();
  const sidecar = (name: string) =>
    startHttp((_request: IncomingMessage, response: ServerResponse) => {
      response.statusCode = draining.has(name) ? 503 : 200;
      response.end(name);
    });
  const sidecars = await Promise.all([sidecar('one'), sidecar('two')]);
  const nginx = await startNginx({ odoo: sidecars[0] ?? '', sidecar: sidecars });
  onTestFinished(() => nginx.stop());
  const ask = async (page: string) => {
    const path = `/socket.io/?EIO=4&transport=polling&page=${page}`;
    return await (await fetch(new URL(path, nginx.url))).text();
  };
  return { ask, drain: (name) => draining.add(name) };
}

it('Every request of a page reaches the same sidecar, and pages of one address are spread over all', async () => {
  const { ask } = await startTwo();
  const pages = Array.from({ length: 20 }, (_, number) => `page${number}`);
  const first = await Promise.all(pages.map(ask));
  expect(new Set(first)).toEqual(new Set(['one', 'two']));
  expect(await Promise.all(pages.map(ask))).toEqual(first);
});

it('A sidecar that is being stopped gives its pages to the other', async () => {
  const { ask, drain } = await startTwo();
  drain('one');
  const pages = Array.from({ length: 20 }, (_, number) => `page${number}`);
  expect(new Set(await Promise.all(pages.map(ask)))).toEqual(new Set(['two']));
});
