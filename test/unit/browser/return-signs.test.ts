import { expect, it, vi } from 'vitest';
import type { Page } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { nextDisconnect, openPage } from '../../support/browser/browser-page.ts';
import { type BrowserServer, startServer } from '../../support/browser/browser-server.ts';
import { TcpProxy } from '../../support/network/tcp-proxy.ts';

vi.setConfig({ testTimeout: 60_000 });
/** A page whose own clock does not bring it back within the life of a test. */
const SLOW = { minMs: 600_000, maxMs: 600_000 };

const portOf = ({ url }: BrowserServer) => Number(new URL(url).port);

/** Two namespaces of a page, behind a link that may be cut. */
async function start() {
  const server = await startServer();
  const refused: object[] = [];
  server.io.of('/news').use((_, next) => {
    const [reason] = refused;
    next(reason ? Object.assign(new Error('refused'), { data: reason }) : undefined);
  });
  server.io.of('/work').use((_, next) => next());
  const link = await TcpProxy.start(portOf(server));
  const window = new EventTarget();
  const { page } = openPage(link.url, { retryBounds: SLOW, window });
  const sockets = ['/news', '/work'].map((namespace) => new SocketIO(namespace, page));
  const connected = () => sockets.map((socket) => socket.connected);
  await expect.poll(connected).toEqual([true, true]);
  return { server, link, window, page, sockets, connected, refused };
}

/** Cuts the page off, and gives it time to fail once. */
async function cutOff(link: TcpProxy, page: Page, sockets: SocketIO[]): Promise<void> {
  const gone = Promise.all(sockets.map(nextDisconnect));
  const { targets } = link;
  link.targets = [];
  link.cut();
  await gone;
  link.targets = targets;
  const manager = await page.manager();
  expect(manager.engine.readyState).toBe('closed');
}

it.each(['online', 'pageshow', 'visibilitychange'])(
  'A page that waits for its next try comes back at once by the sign %s, with all its namespaces',
  async (sign) => {
    const { link, window, page, sockets, connected } = await start();
    await cutOff(link, page, sockets);
    const heard: string[] = [];
    sockets[0]?.on('connect', () => heard.push('connect'));
    window.dispatchEvent(new Event(sign));
    await expect.poll(connected).toEqual([true, true]);
    expect(heard).toEqual(['connect']);
    // It comes back by itself as before: the next time, too.
    await cutOff(link, page, sockets);
    window.dispatchEvent(new Event('online'));
    await expect.poll(connected).toEqual([true, true]);
  },
);

it('A try that was begun without the network is given up for a new one when that is there again', async () => {
  const { link, window, page, sockets, connected } = await start();
  link.silence();
  const gone = Promise.all(sockets.map(nextDisconnect));
  const manager = await page.manager();
  manager.engine.close();
  await gone;
  window.dispatchEvent(new Event('online'));
  await expect.poll(() => manager.engine.readyState).toBe('opening');
  const { accepted } = link;
  link.resume();
  window.dispatchEvent(new Event('online'));
  await expect.poll(connected).toEqual([true, true]);
  expect(link.accepted).toBeGreaterThan(accepted);
});

it('A page that was sent away or refused comes back by a sign, and one that is connected ignores them', async () => {
  const { server, window, page, sockets, connected, refused } = await start();
  refused.push({ code: 'database_unavailable', message: 'Not now.', retry: true });
  server.io.of('/news').emit('web_socketio.end', { code: 'draining', message: 'Come back.', retry: true });
  await expect.poll(connected).toEqual([false, false]);
  refused.pop();
  window.dispatchEvent(new Event('online'));
  await expect.poll(connected).toEqual([true, true]);
  const heard: string[] = [];
  for (const socket of sockets) socket.on('disconnect', (reason: string) => heard.push(reason));
  expect([page.tryNow(true), page.tryNow(false), ...connected()]).toEqual([false, false, true, true]);
  expect(heard).toEqual([]);
});
