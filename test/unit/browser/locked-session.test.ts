import { text } from 'node:stream/consumers';
import type { Socket } from 'socket.io';
import { afterEach, expect, it, vi } from 'vitest';
import type { PageOptions } from '../../../addon/web_socketio/src/page.ts';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { tokenRoute } from '../../../addon/web_socketio/src/token/token-route.ts';
import { nextDisconnect, nextReconnect, openPage } from '../../support/browser/browser-page.ts';
import { nextSocket, startServer } from '../../support/browser/browser-server.ts';

// Tries of a page that waits for its user are seconds apart.
vi.setConfig({ testTimeout: 30_000 });
const LOCKED = { code: 'session_locked', message: 'OpenERP answers nobody now.', retry: true };
const CHECK_IDENTITY = {
  code: 100,
  message: 'Odoo Session Expired',
  data: { name: 'odoo.addons.auth_timeout.models.ir_http.CheckIdentityException' },
};
afterEach(() => vi.restoreAllMocks());

/** A page that is not told of anything does not come back within the life of a test. */
const SLOW = { minMs: 600_000, maxMs: 600_000 };

/** A sidecar, and a token route, of a session whose screen may be locked. */
async function start() {
  const { io, http, url } = await startServer();
  const session = { isLocked: false, uid: 7, known: new Set(['first']), token: 'first' };
  const tries = { handshakes: 0, tokens: [] as unknown[] };
  for (const namespace of ['/news', '/work']) {
    io.of(namespace).use((socket, next) => {
      tries.handshakes += 1;
      const { token } = socket.handshake.auth;
      const unknown = { code: 'token_unknown', message: 'Ask for a new one.', retry: true };
      if (session.isLocked) next(Object.assign(new Error('locked'), { data: LOCKED }));
      else if (!session.known.has(token)) next(Object.assign(new Error('unknown'), { data: unknown }));
      else next();
    });
  }
  http.on('request', async (request, response) => {
    if (request.url !== '/web_socketio/token') return;
    tries.tokens.push(JSON.parse(await text(request)).params);
    const { uid, token } = session;
    const result = { db: 'mydb', uid, token, handle: `handle of ${token}`, expires_in: 900, url: false };
    response.end(JSON.stringify(session.isLocked ? { error: CHECK_IDENTITY } : { result }));
  });
  const open = (options: Partial<PageOptions> = {}) => {
    const window = new EventTarget();
    const fetchToken = tokenRoute(`${url}/web_socketio/token`);
    const opened = openPage(url, { window, fetchToken, ...options });
    return { ...opened, sign: () => window.dispatchEvent(new Event('keydown')) };
  };
  const lock = (...remotes: Socket[]) => {
    session.isLocked = true;
    for (const remote of remotes) {
      remote.emit('web_socketio.end', LOCKED);
      remote.disconnect(true);
    }
  };
  return { io, session, tries, open, lock, next: (path = '/news') => nextSocket(io.of(path)) };
}

it('A locked session is a page that is away: it comes back by itself, with its token and its positions', async () => {
  const { session, tries, open, lock, next } = await start();
  const { page, reported } = open();
  const arrivals = Promise.all([next('/news'), next('/work')]);
  const [news, work] = ['/news', '/work'].map((path) => new SocketIO(path, page));
  const [remote, other] = await arrivals;
  news?.on('news', () => undefined);
  const position = { epoch: '1:2:3', at: '1:1:', rank: 'a1', ids: [] };
  await remote.emitWithAck('news', 'one', { $position: { 'a.News': position } });
  const gone = news && nextDisconnect(news);
  const before = tries.handshakes;
  const back = next();
  lock(remote, other);
  expect(await gone).toBe('session_locked');
  await expect.poll(() => tries.handshakes).toBeGreaterThan(before + 5);
  expect([page.ended, news?.connected, work?.connected]).toEqual([false, false, false]);
  news?.emit('kept');
  session.isLocked = false;
  const { handshake } = await back;
  expect(handshake.auth).toMatchObject({ token: 'first', positions: { 'a.News': position } });
  await expect.poll(() => work?.connected).toBe(true);
  expect(tries.tokens).toHaveLength(1);
  expect(reported).toEqual([]);
});

it('A page that was connected for long tries less and less often while nobody unlocks it', async () => {
  const { tries, open, lock, next } = await start();
  vi.spyOn(Math, 'random').mockReturnValue(0.999);
  const { page } = open({ retryBounds: { minMs: 1, maxMs: 60_000 } });
  const arrival = next();
  const news = new SocketIO('/news', page);
  const remote = await arrival;
  await expect.poll(() => news.connected).toBe(true);
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + 60_000);
  const before = tries.handshakes;
  const started = performance.now();
  lock(remote);
  await expect.poll(() => tries.handshakes).toBeGreaterThanOrEqual(before + 10);
  // 2, 4, 8, … ms apart: they would have stayed 2 ms apart.
  expect(performance.now() - started).toBeGreaterThan(1_500);
});

it('Who does something in the locked page is let in within seconds, and with it the other pages of the browser', async () => {
  const { session, open, lock, next } = await start();
  const opened = [open(), open()];
  const sockets: SocketIO[] = [];
  const remotes: Socket[] = [];
  for (const { page } of opened) {
    const arrival = next();
    sockets.push(new SocketIO('/news', page));
    remotes.push(await arrival);
    // From here on neither comes back by the clock.
    Object.assign(page.retryBounds, SLOW);
  }
  const gone = sockets.map(nextDisconnect);
  const back = sockets.map(nextReconnect);
  lock(...remotes);
  await Promise.all(gone);
  session.isLocked = false;
  const started = performance.now();
  opened[0]?.sign();
  await Promise.all(back);
  expect(performance.now() - started).toBeGreaterThan(500);
});

it('A page whose token has gone while its session was locked asks for one when its user is back', async () => {
  const { session, tries, open, lock, next } = await start();
  const { page, sign } = open();
  const arrival = next();
  const socket = new SocketIO('/news', page);
  const remote = await arrival;
  const back = nextReconnect(socket);
  session.known.delete('first');
  session.isLocked = true;
  remote.emit('web_socketio.end', { code: 'token_unknown', message: '', retry: true });
  await expect.poll(() => tries.tokens.length).toBe(2);
  expect(page.ended).toBe(false);
  Object.assign(session, { isLocked: false, known: new Set(['second']), token: 'second' });
  sign();
  await back;
  expect(tries.tokens.at(-1)).toEqual({ handle: 'handle of first' });
  lock();
});

it('A page comes back when its own user has come back, as after an impersonation in another tab', async () => {
  const { session, open, next } = await start();
  const { page } = open();
  const arrival = next();
  const socket = new SocketIO('/news', page);
  const remote = await arrival;
  const gone = nextDisconnect(socket);
  const back = nextReconnect(socket);
  Object.assign(session, { uid: 8, known: new Set(['of another']), token: 'of another' });
  remote.emit('web_socketio.end', { code: 'token_unknown', message: '', retry: true });
  await gone;
  const impersonation = open().page;
  new SocketIO('/news', impersonation);
  await next();
  expect([page.ended, socket.connected]).toEqual([false, false]);
  impersonation.end();
  Object.assign(session, { uid: 7, known: new Set(['second']), token: 'second' });
  // What the tab of the impersonation loads next.
  new SocketIO('/news', open().page);
  await back;
  expect(page.ended).toBe(false);
});

it('The sidecar’s question is answered with a token that was asked for after it, even if it is another one', async () => {
  const { session, tries, open, next } = await start();
  const { page } = open();
  const arrival = next();
  new SocketIO('/news', page);
  const remote = await arrival;
  session.token = 'second';
  const proof = new Promise((resolve) => remote.once('session id', resolve));
  remote.emit('get session id');
  expect(await proof).toEqual({ token: 'second' });
  expect(tries.tokens).toEqual([{}, { handle: 'handle of first' }]);
});

it('A page whose companies have changed says so by itself', async () => {
  const { open, next, tries } = await start();
  const { page } = open();
  page.renew();
  const arrival = next();
  const socket = new SocketIO('/news', page);
  const remote = await arrival;
  await expect.poll(() => socket.connected).toBe(true);
  const said = new Promise((resolve) => remote.once('session id', resolve));
  page.renew();
  expect(await said).toEqual({ token: 'first' });
  expect(tries.tokens).toHaveLength(2);
});
