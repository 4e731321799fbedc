import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { Server } from 'socket.io';
import { Manager } from 'socket.io-client';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ConnectionAdvice } from '../../../addon/web_socketio/src/reconnecting/connection-advice.ts';

/** So long may the page of these tests have no connection. */
const PATIENCE_MS = 50;

/** A page's advice, and what it has warned of. */
function makeAdvice() {
  const warnings: string[] = [];
  const options = { origin: 'https://erp.example.com', patienceMs: PATIENCE_MS };
  const advice = new ConnectionAdvice({ ...options, warn: (text) => warnings.push(text) });
  onTestFinished(() => advice.stop());
  return { advice, warnings };
}

/** A page whose manager tries that server by long-polling. */
async function startPage(answer: RequestListener) {
  const http = createServer(answer).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const manager = new Manager(`http://127.0.0.1:${port}`, {
    ...{ transports: ['polling'], autoConnect: false, reconnectionDelay: 10, reconnectionDelayMax: 10 },
  });
  const { advice, warnings } = makeAdvice();
  advice.watch(manager);
  const close = () => {
    manager.engine?.close();
    http.closeAllConnections();
    http.close();
  };
  onTestFinished(close);
  return { http, manager, warnings, close };
}

it.each([
  [404, '', '/socket.io/ is answered 404, so it does not reach the sidecar'],
  [502, '<html>', 'the proxy cannot reach the sidecar, and answers /socket.io/ with 502'],
  [403, '{"code":"origin_refused","message":"…"}', 'the sidecar refuses it with 403, origin_refused'],
])('says once why there has been no connection for a while: %s %s', async (status, body, cause) => {
  const { manager, warnings } = await startPage((_, response) => response.writeHead(status).end(body));
  manager.connect(() => undefined);
  await expect.poll(() => warnings.length).toBe(1);
  expect(warnings[0]).toBe(
    `this page has had no connection for 0 s: ${cause}. \`web_socketio doctor https://erp.example.com\` finds out more.`,
  );
  const failed = new Promise<void>((resolve) => manager.once('error', () => resolve()));
  manager.connect(() => undefined);
  await failed;
  expect(warnings).toHaveLength(1);
});

it('names the token that Odoo does not give', async () => {
  const { advice, warnings } = makeAdvice();
  advice.wanted();
  advice.tokenFailed(new Error('the token route answered HTTP 500'));
  await expect
    .poll(() => warnings)
    .toEqual([expect.stringContaining('Odoo gives it no token: the token route answered HTTP 500.')]);
});

it('says nothing where there is a connection, nor where the page has closed its own', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { advice, warnings } = makeAdvice();
  advice.wanted();
  advice.connected();
  vi.advanceTimersByTime(PATIENCE_MS * 10);
  expect(warnings).toEqual([]);
  advice.wanted();
  advice.stop();
  advice.wanted();
  vi.advanceTimersByTime(PATIENCE_MS * 10);
  expect(warnings).toEqual([]);
});

it('does not miss a connection that the page has closed itself', async () => {
  const { http, manager, warnings } = await startPage(() => undefined);
  const io = new Server(http);
  onTestFinished(() => void io.close());
  io.on('connection', () => undefined);
  const socket = manager.socket('/');
  socket.connect();
  await once(io, 'connection');
  await expect.poll(() => socket.connected).toBe(true);
  const closed = new Promise<string>((resolve) => manager.once('close', resolve));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  socket.disconnect();
  expect(await closed).toBe('forced close');
  vi.advanceTimersByTime(PATIENCE_MS * 10);
  expect(warnings).toEqual([]);
});
