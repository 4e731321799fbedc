import type { Page } from 'playwright-core';
import type { Server, Socket } from 'socket.io';
import { beforeEach, expect, it } from 'vitest';
import { nextEvent, nextSocket, startServer } from '../support/browser/browser-server.ts';

/** A web client of OpenERP 7.0 in a browser, where nobody has logged in yet. */
export interface OpenERP7WebClient {
  readonly page: Page;
  /** Errors that scripts of the page threw. */
  readonly errors: readonly string[];
  /** What `session_authenticate` takes. */
  readonly user: { readonly db: string; readonly login: string; readonly password: string };
  /** As users do it. */
  logIn(): Promise<void>;
  /** As users do it: resolves when the document has been loaded anew. */
  logOut(): Promise<void>;
}

/** Opens a web client whose token route names this address of the sidecar. */
export type OpenWebClient = (sidecarUrl: string) => Promise<OpenERP7WebClient>;

const TOKEN = '/web_socketio/token';
const LOG_OUT = '/web/session/destroy';
const NEWS = 'web_socketio_demo.notification';

/** `instance` of the page's scripts. */
const INSTANCE = 'Object.values(openerp.instances)[0]';
const read = (page: Page, code: string) =>
  page.evaluate<unknown>(`(() => { const instance = ${INSTANCE}; return ${code}; })()`);

/**
 * What the addons promise to those that were written for OpenERP 7.0. `web_socketio_demo` and `web_socketio_2013` of
 * test/browser/addons are installed.
 */
export function openERP7WebClientContract(open: OpenWebClient): void {
  let io: Server;
  let client: OpenERP7WebClient;
  let page: Page;
  /** What the addon of 2013 says when it has connected. */
  let hello: unknown[];

  beforeEach(async () => {
    const sidecar = await startServer({ cors: { origin: true, credentials: true } });
    io = sidecar.io;
    hello = [];
    io.of('/2013').on('connection', (socket) => socket.on('hello', (...args) => hello.push(...args)));
    client = await open(sidecar.url);
    page = client.page;
  });

  /** Logs in; the shared socket, and the one that the addon of 2013 opens. */
  async function logIn(): Promise<{ shared: Socket; own: Socket }> {
    const sockets = Promise.all([nextSocket(io.of('/longpolling')), nextSocket(io.of('/2013'))]);
    await client.logIn();
    const [shared, own] = await sockets;
    return { shared, own };
  }

  it('has the class, and no shared socket, before the application is shown', async () => {
    expect(await read(page, 'typeof instance.web.SocketIO')).toBe('function');
    expect(await read(page, 'instance.web.longpolling_socket')).toBe(null);
  });

  it('gives an addon of 2013 its events, unchanged', async () => {
    const { shared } = await logIn();
    expect(shared.handshake.auth).toMatchObject({ token: expect.any(String), positions: {} });
    expect(await shared.emitWithAck('news', 'rain', { number: 7 })).toEqual({ ok: true });
    await expect.poll(() => hello).toEqual([2013]);
    expect(await read(page, 'heard_in_2013')).toEqual(['connected: true', 'news: rain, 7']);
    expect(await read(page, 'socket_with_logo_2013')).toBe(true);
    expect(client.errors).toEqual([]);
  });

  it("is extended by its class system's rules", async () => {
    await logIn();
    const socket = nextSocket(io.of('/counter'));
    await read(page, "void (counter = new instance.web_socketio_2013.Counter('/counter'))");
    await read(page, "void counter.on('count', (step) => { counter.last = step; }).once('count', () => 1)");
    expect(await (await socket).emitWithAck('count', 5)).toEqual({ ok: true });
    expect(await read(page, '[counter.count, counter.last, counter.connected, counter.namespace]')).toEqual([
      1,
      5,
      true,
      '/counter',
    ]);
    await read(page, 'void counter.disconnect()');
    expect(await read(page, 'counter.connected')).toBe(false);
  });

  it('tells an addon of 2013 that the connection was lost, and that it is there again', async () => {
    const { own } = await logIn();
    const back = nextSocket(io.of('/2013'));
    own.conn.close();
    await back;
    await expect
      .poll(() => read(page, 'heard_in_2013'))
      .toEqual(['connected: true', 'disconnected: false', 'connected: true', 'connected again']);
  });

  it("shows the demonstration's notifications with the web client's own, as text and not as HTML", async () => {
    const { shared } = await logIn();
    const sticky = true;
    const answer = await shared.emitWithAck(NEWS, [
      { subject: 'Rain & snow', text: '<b>Take</b> care', kind: 'warning', sticky },
      { subject: 'Sun', text: 'Go out', kind: 'success', sticky },
    ]);
    expect(answer).toEqual({ ok: true });
    const texts = page.locator('.ui-notify-message').allInnerTexts();
    expect((await texts).join()).toMatch(/Rain & snow\s+<b>Take<\/b> care.*Sun\s+Go out/s);
  });

  it('disconnects at log-out before OpenERP hears of it, and asks for no token any more', async () => {
    const { shared, own } = await logIn();
    const gone = Promise.all([nextEvent(shared, 'disconnect'), nextEvent(own, 'disconnect')]);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    let heldConnected: unknown;
    await page.route(`**${LOG_OUT}`, async (route) => {
      heldConnected = await read(page, 'instance.web.longpolling_socket.connected');
      await route.continue();
    });
    await client.logOut();
    expect(heldConnected).toBe(false);
    expect(await read(page, 'window.name')).toBe('connected at log-out: false');
    expect(await gone).toEqual([
      ['client namespace disconnect', undefined],
      ['client namespace disconnect', undefined],
    ]);
    expect(requests).toContain(LOG_OUT);
    expect(requests).not.toContain(TOKEN);
    expect(client.errors).toEqual([]);
  });

  it('gives up a request for a token that is on its way, before OpenERP hears of the log-out', async () => {
    // Held, and answered by nobody.
    const asked = new Promise<void>((resolve) => {
      void page.route(`**${TOKEN}`, () => resolve());
    });
    const givenUp = page.waitForEvent('requestfailed', (request) => request.url().endsWith(TOKEN));
    await page.route(`**${LOG_OUT}`, async (route) => {
      await givenUp;
      await route.continue();
    });
    await client.logIn();
    await asked;
    await client.logOut();
    expect((await givenUp).failure()?.errorText).toBe('net::ERR_ABORTED');
  });

  it('is gone at once when the document is loaded anew, and comes back with the live session', async () => {
    const { shared } = await logIn();
    const gone = nextEvent(shared, 'disconnect');
    const back = nextSocket(io.of('/longpolling'));
    await page.reload();
    // Which of the two is the browser's choice: it need not send what a document writes while it is put aside.
    expect((await gone)[0]).toMatch(/^(client namespace disconnect|transport close)$/);
    expect(await (await back).emitWithAck('news', 'again', { number: 1 })).toEqual({ ok: true });
  });

  it('connects anew when somebody logs in again in the same document, and hears everything once', async () => {
    await logIn();
    await read(page, 'void (before = instance.web.longpolling_socket)');
    await read(page, 'instance.session.session_logout().then(() => null)');
    expect(await read(page, 'before.connected')).toBe(false);
    let again = nextSocket(io.of('/longpolling'));
    const { db, login, password } = client.user;
    const arguments_ = JSON.stringify([db, login, password]);
    await read(page, `instance.session.session_authenticate(...${arguments_}).then(() => null)`);
    // Twice, as addons do that want everything drawn anew.
    await read(page, 'void instance.webclient.show_application()');
    await again;
    again = nextSocket(io.of('/longpolling'));
    await read(page, 'void instance.webclient.show_application()');
    expect(await (await again).emitWithAck('news', 'again', { number: 2 })).toEqual({ ok: true });
    expect(await read(page, "heard_in_2013.filter((line) => line.startsWith('news'))")).toEqual([
      'news: again, 2',
    ]);
    expect(await read(page, 'before === instance.web.longpolling_socket')).toBe(false);
  });

  it('ends its sockets when the session turns out to be over, and comes back with the next log-in', async () => {
    const { shared } = await logIn();
    const gone = nextEvent(shared, 'disconnect');
    const session_id = await read(page, 'instance.session.session_id');
    const logOutElsewhere = () =>
      page.request.post(new URL(LOG_OUT, page.url()).href, { data: { params: { session_id } } });
    // Requests of the web client that are on their way write the session back, which is OpenERP's own doing.
    await expect
      .poll(async () => {
        await logOutElsewhere();
        shared.emit('get session id');
        return shared.connected;
      })
      .toBe(false);
    expect((await gone)[0]).toBe('client namespace disconnect');
    await page.context().clearCookies();
    await page.reload();
    await logIn();
  });
}
