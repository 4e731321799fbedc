import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SocketIO } from '../../../addon/web_socketio/src/socketio.ts';
import { ConnectionRecord } from '../../../addon/web_socketio/src/state/connection-record.ts';
import type { ConnectionState } from '../../../addon/web_socketio/src/state/connection-state.ts';
import { detailsOf, lineOf } from '../../../addon/web_socketio/src/state/connection-text.ts';
import { POSITION } from '../../../sidecar/protocol/events.ts';
import { nextReconnect, openPage } from '../../support/browser/browser-page.ts';
import { startServer } from '../../support/browser/browser-server.ts';

describe('What a page says of its connection', () => {
  it('names its transport, its namespaces, and the last event for the code of the page', async () => {
    const { io, url } = await startServer();
    for (const path of ['/news', '/other']) io.of(path).on('connection', () => undefined);
    const { page, state } = openRecorded(url);
    expect(state()).toMatchObject({ transport: undefined, namespaces: [], connections: 0 });
    const sockets = [new SocketIO('/news', page), new SocketIO('/other', page)];
    await expect.poll(() => sockets.every(({ connected }) => connected)).toBe(true);
    io.of('/news').emit('fresh');
    io.of('/other').emit(POSITION, {});
    const ends = new Promise<void>((resolve) => sockets[1]?.on('last', () => resolve()));
    io.of('/other').emit('last');
    await ends;
    expect(state()).toMatchObject({
      ...{ transport: 'websocket', connections: 1, cause: undefined, ended: undefined, loss: undefined },
      namespaces: [
        ['/news', 'connected'],
        ['/other', 'connected'],
      ],
      message: { what: 'last of /other', at: expect.any(Number) },
      ...{ sidecar: url, database: 'mydb' },
    });
    expect(state().heard).toBeGreaterThanOrEqual(state().since);
    page.end('logout');
    expect(state()).toMatchObject({ ended: 'logout', transport: undefined });
  });

  it('does not take what goes on between sidecar and page for a message', async () => {
    const { io, url } = await startServer();
    io.of('/news').on('connection', (socket) => socket.emit(POSITION, {}));
    const { page, state } = openRecorded(url);
    const socket = new SocketIO('/news', page);
    await expect.poll(() => socket.connected).toBe(true);
    expect(state().message).toBeUndefined();
  });

  it('counts connections, and says how the last one was lost', async () => {
    const { io, url } = await startServer();
    io.of('/news').on('connection', () => undefined);
    const { page, state } = openRecorded(url);
    const socket = new SocketIO('/news', page);
    await expect.poll(() => socket.connected).toBe(true);
    const back = nextReconnect(socket);
    for (const one of await io.of('/news').fetchSockets()) one.disconnect(true);
    await back;
    const { connections, loss, since } = state();
    expect(connections).toBe(2);
    expect(loss?.what).toMatch(/\w/);
    expect(since).toBeGreaterThanOrEqual(loss?.at ?? Number.POSITIVE_INFINITY);
  });

  it('keeps the code of a refusal until the namespace is connected, or no code wants it any more', async () => {
    const { io, url } = await startServer();
    let isOpen = false;
    const refuse = (retry: boolean) =>
      Object.assign(new Error('no'), { data: { code: 'session_locked', message: 'no', retry } });
    io.of('/news').use((_, next) => (isOpen ? next() : next(refuse(true))));
    io.of('/closed').use((_, next) => next(refuse(false)));
    const { page, state } = openRecorded(url);
    const news = new SocketIO('/news', page);
    const closed = new SocketIO('/closed', page);
    const told = () => new Map(state().namespaces);
    await expect.poll(told).toEqual(
      new Map([
        ['/news', 'session_locked'],
        ['/closed', 'session_locked'],
      ]),
    );
    expect(lineOf(state())).toBe('Real time: refused (session_locked)');
    isOpen = true;
    await expect.poll(() => told().get('/news')).toBe('connected');
    closed.disconnect();
    news.disconnect();
    expect(told().has('/news')).toBe(false);
  });

  it('says that Odoo gives no token, and no longer than that is so', async () => {
    const { url } = await startServer();
    let isDown = true;
    const { page, state } = openRecorded(url, {
      fetchToken: async () => {
        if (isDown) throw new Error('the token route answered HTTP 500');
        return { db: 'mydb', uid: 7, token: 'a token', expires_in: 900, url: false };
      },
    });
    new SocketIO('/news', page);
    await expect.poll(() => state().cause).toBe('Odoo gives it no token: the token route answered HTTP 500');
    isDown = false;
    await expect.poll(() => state().cause).toBeUndefined();
  });
});

describe('The line and the details', () => {
  const now = new Date(2026, 10, 29, 20, 53, 10).getTime();
  const minute = 60_000;
  const CONNECTED: ConnectionState = {
    ...{ at: now, since: now - 10 * minute, heard: now - 20_000, transport: 'websocket' },
    ...{ ended: undefined, cause: undefined, message: undefined, loss: undefined, connections: 1 },
    namespaces: [['/longpolling', 'connected']],
    ...{ sidecar: 'https://erp.example.com', database: 'mydb' },
  };
  const LOST = { ...CONNECTED, transport: undefined, cause: 'nobody answers /socket.io/' };

  it.each<[string, ConnectionState, RegExp]>([
    ['a connection', CONNECTED, /^WebSocket since 0?8:43\sPM$/],
    ['long-polling', { ...CONNECTED, transport: 'polling' }, /^long-polling since /],
    ['a connection of yesterday', { ...CONNECTED, since: now - 1_440 * minute }, /^WebSocket since Nov 28/],
    ['no connection', LOST, /^no connection since 0?8:43\sPM$/],
    ['a sidecar that is silent', { ...CONNECTED, heard: now - 46_000 }, /^nothing heard since 0?8:52\sPM$/],
    ['a sidecar heard just in time', { ...CONNECTED, heard: now - 44_000 }, /^WebSocket/],
    ['a refusal', { ...CONNECTED, namespaces: [['/a', 'origin_refused']] }, /^refused \(origin_refused\)$/],
    [
      'a refusal, where the sidecar has gone since',
      { ...LOST, namespaces: [['/a', 'session_locked']] },
      /^no connection/,
    ],
    ['a handshake', { ...CONNECTED, namespaces: [['/a', 'not connected']] }, /^connecting since /],
    ['a page without sockets', { ...LOST, namespaces: [] }, /^not used by this page$/],
    ['a page that has logged out', { ...LOST, ended: 'logout' }, /^ended \(logout\)$/],
    [
      'a message',
      { ...CONNECTED, message: { what: 'x of /y', at: now - minute } },
      /, last message 0?8:52\sPM$/,
    ],
  ])('say %s', (_, state, line) => {
    const [start, rest] = lineOf(state).split(/(?<=^Real time: )/);
    expect(start).toBe('Real time: ');
    expect(rest).toMatch(line);
  });

  it('name the cause and the doctor only while there is no connection', () => {
    vi.stubGlobal('location', { origin: 'https://erp.example.com' });
    vi.stubGlobal('navigator', { userAgent: 'a browser' });
    onTestFinished(() => void vi.unstubAllGlobals());
    const advice = 'Cause: nobody answers /socket.io/\nMore: web_socketio doctor https://erp.example.com\n';
    expect(detailsOf(LOST)).toContain(advice);
    for (const state of [CONNECTED, { ...LOST, ended: 'logout' }, { ...LOST, namespaces: [] }])
      expect(detailsOf(state)).not.toMatch(/Cause|doctor/);
    expect(detailsOf(CONNECTED)).toContain(`, ${new Date(now).toISOString()}`);
  });
});

/** A page and what it says of itself. */
function openRecorded(url: string, options: Parameters<typeof openPage>[1] = {}) {
  const record = new ConnectionRecord();
  const { page } = openPage(url, { ...options, record });
  return { page, state: () => record.stateOf(page.known) };
}
