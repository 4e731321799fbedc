import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../support/network/certificate.ts';
import { askHttp, type HttpQuestion } from '../support/network/http-answer.ts';
import { startHttp } from '../support/network/http-server.ts';
import { PROXIES } from './proxies.ts';

interface Seen {
  by: string;
  url: string | undefined;
  headers: IncomingHttpHeaders;
}

/** A server that tells what it was asked, and takes every WebSocket. */
function startTeller(by: string): Promise<string> {
  return startHttp(
    ({ url, headers }: IncomingMessage, response: ServerResponse) =>
      response.end(JSON.stringify({ by, url, headers })),
    (http) =>
      http.on('upgrade', ({ headers }, socket) =>
        socket.end(
          `HTTP/1.1 101 Switching Protocols\r\nX-By: ${by}\r\nUpgrade: ${headers.upgrade}\r\nConnection: ${headers.connection}\r\n\r\n`,
        ),
      ),
  );
}

describe.each(PROXIES)('Through %s', (_, startProxy) => {
  async function startAll({ tls = false } = {}) {
    const [odoo, sidecar, odooEvented] = await Promise.all(['odoo', 'sidecar', 'evented'].map(startTeller));
    if (odoo === undefined || sidecar === undefined || odooEvented === undefined) throw new Error('Too few');
    const certificate = tls ? await makeCertificate() : undefined;
    const proxy = await startProxy({ odoo, sidecar, odooEvented, ...(certificate && { certificate }) });
    onTestFinished(() => proxy.stop());
    const ca = certificate?.pem;
    const ask = async (path: string, question?: HttpQuestion): Promise<Seen> =>
      JSON.parse((await askHttp(new URL(path, proxy.url), { ...question, ca })).text);
    return { ...proxy, ca, ask };
  }

  it.each([
    ['/socket.io/?EIO=4&transport=polling', 'sidecar'],
    ['/socket.io/?EIO=4&transport=polling&sid=x%2Fy', 'sidecar'],
    ['/socketio/?EIO=4', 'sidecar'],
    ['/websocket?version=19.0', 'sidecar'],
    ['/websocket/health', 'odoo'],
    ['/websocket/peek_notifications', 'odoo'],
    ['/websocket/', 'odoo'],
    ['/websockets', 'odoo'],
    ['/bus/websocket_worker_bundle', 'odoo'],
    ['/longpolling/poll', 'evented'],
    ['/socketXio/', 'odoo'],
    ['/web/socket.io/', 'odoo'],
    ['/web_socketio/token', 'odoo'],
    ['/', 'odoo'],
    ['/healthz', 'odoo'],
    ['/readyz', 'odoo'],
    ['/metrics', 'odoo'],
    ['/refusals', 'odoo'],
  ])('%s goes to the %s as it is', async (path, by) => {
    const { ask } = await startAll();
    expect(await ask(path)).toMatchObject({ by, url: path });
  });

  it.each([false, true])('the servers are told the address that the browser used (TLS: %s)', async (tls) => {
    const { url, ask } = await startAll({ tls });
    const { host } = new URL(url);
    for (const path of ['/web', '/socket.io/', '/socket.io/?sid=x', '/websocket']) {
      const { headers } = await ask(path, {
        headers: {
          'X-Forwarded-For': '9.9.9.9',
          'X-Real-IP': '9.9.9.9',
          'X-Forwarded-Host': 'elsewhere',
          'X-Forwarded-Proto': 'gopher',
        },
      });
      expect(headers).toMatchObject({
        host,
        'x-forwarded-host': host,
        'x-forwarded-proto': tls ? 'https' : 'http',
        'x-forwarded-for': '9.9.9.9, 127.0.0.1',
        'x-real-ip': '127.0.0.1',
      });
      expect(headers).not.toHaveProperty('connection', 'close');
    }
  });

  it.each([8, 17, 40])(
    '%i KB of cookies reach Odoo and its bus, which need some of them, and none the sockets of the sidecar, which need none',
    async (kilobytes) => {
      const { ask } = await startAll();
      // One is 4 KB at most.
      const cookies = Array.from({ length: kilobytes / 2 }, (_, index) => `c${index}=${'x'.repeat(2_040)}`);
      const question = { headers: { Cookie: [...cookies, 'session_id=mine'].join('; ') } };
      for (const path of ['/web', '/web_socketio/token', '/websocket', '/longpolling/poll']) {
        expect((await ask(path, question)).headers.cookie).toBe(question.headers.Cookie);
      }
      for (const path of ['/socket.io/?EIO=4', '/socket.io/?sid=x', '/socketio/', '/socket%2eio/']) {
        const { by, headers } = await ask(path, question);
        expect([path, by, headers.cookie]).toEqual([path, 'sidecar', undefined]);
      }
    },
  );

  it.each(['/web', '/socket.io/'])('a URL of 20 KB reaches the server behind %s as it is', async (path) => {
    const { ask } = await startAll();
    const url = `${path}?ids=${'1,'.repeat(10_000)}`;
    expect((await ask(url)).url).toBe(url);
  });

  it('who comes without TLS is sent to where it is', async () => {
    const { url, plainUrl } = await startAll({ tls: true });
    expect(plainUrl).not.toBe(null);
    const headers = { Cookie: `c=${'x'.repeat(40_000)}` };
    const answer = await askHttp(new URL('/web?debug=1&x=a%20b', plainUrl ?? url), { headers });
    expect(answer).toMatchObject({
      status: 301,
      headers: { location: 'https://127.0.0.1/web?debug=1&x=a%20b' },
    });
  });

  it.each([
    ['/socket.io/', 'sidecar'],
    ['/socket.io/?sid=x', 'sidecar'],
    ['/socketio/', 'sidecar'],
    ['/websocket?version=19.0', 'sidecar'],
  ])('an upgrade of %s reaches the %s', async (path, by) => {
    const { url } = await startAll();
    expect(await upgrade(url, path)).toMatch(new RegExp(`^HTTP/1.1 101 [^]*\r\nX-By: ${by}\r\n`));
  });

  it.each(['/web', '/websocket/', '/websocket/health'])('an upgrade of %s does not pass', async (path) => {
    const { url } = await startAll();
    expect(await upgrade(url, path)).toMatch(/^HTTP\/1.1 200/);
  });

  it("Odoo's bus begins at a sidecar that takes it, and not at one that is being stopped", async () => {
    const leaving = await startHttp(
      (_request, response) => response.writeHead(503).end(),
      (http) =>
        http.on('upgrade', (_request, socket) =>
          socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
        ),
    );
    const [odoo, sidecar] = [await startTeller('odoo'), await startTeller('sidecar')];
    const proxy = await startProxy({ odoo, sidecar: [leaving, sidecar], odooEvented: odoo });
    onTestFinished(() => proxy.stop());
    const answers = () => Promise.all(Array.from({ length: 8 }, () => upgrade(proxy.url, '/websocket')));
    const taken = expect.stringMatching(/^HTTP\/1.1 101 [\s\S]*\r\nX-By: sidecar\r\n/);
    await expect.poll(answers).toEqual(Array.from({ length: 8 }, () => taken));
  });

  it.each([
    ['/web/binary/upload', 'odoo'],
    ['/socket.io/?sid=x', 'sidecar'],
  ])('a body for %s may be longer than one megabyte', async (path, by) => {
    const { ask } = await startAll();
    const body = Buffer.alloc(2 * 1024 * 1024);
    expect(await ask(path, { method: 'POST', body })).toMatchObject({ by, url: path });
  });
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
