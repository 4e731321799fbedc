import type { Page } from 'playwright-core';
import type { Server } from 'socket.io';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startServer } from '../support/browser/browser-server.ts';
import { type Chromium, type ChromiumPage, openChromium } from '../support/browser/chromium.ts';
import { buildSourcePage } from '../support/browser/source-page.ts';

const LOCKED = { code: 'session_locked', message: 'The screen is locked.', retry: true };
/** A page whose clock alone does not bring it back within a test. */
const SCRIPT = `
  import { Page } from './page.ts';
  import { SocketIO } from './socketio.ts';
  import { tokenRoute } from './token/token-route.ts';
  const page = new Page({
    fetchToken: tokenRoute('/web_socketio/token'),
    report: (error) => console.error(error),
    retryBounds: { minMs: 600_000, maxMs: 600_000 },
    window,
  });
  window.socket = new SocketIO('/news', page);
`;
const TOKEN = { db: 'mydb', uid: 7, token: 'a token', handle: 'a handle', expires_in: 900, url: false };

let chromium: Chromium;
let source: string;
let io: Server;
let url: string;
let isLocked: boolean;

beforeAll(async () => {
  chromium = await openChromium();
  source = await buildSourcePage(SCRIPT);
});

afterAll(() => chromium?.close());

beforeEach(async () => {
  const server = await startServer();
  ({ io, url } = server);
  isLocked = false;
  io.of('/news').use((_, next) => next(isLocked ? Object.assign(new Error(), { data: LOCKED }) : undefined));
  server.http.on('request', (request, response) => {
    const path = request.url ?? '';
    if (path === '/') response.setHeader('Content-Type', 'text/html').end(source);
    else if (path === '/web_socketio/token') response.end(JSON.stringify({ result: TOKEN }));
  });
});

const isConnected = (page: Page) => page.evaluate<boolean>('socket.connected');

async function open(tab: ChromiumPage): Promise<Page> {
  await tab.page.goto(url);
  await expect.poll(() => isConnected(tab.page)).toBe(true);
  return tab.page;
}

/** The screen of every page is locked, until the user unlocks it. */
async function lock(pages: readonly Page[]): Promise<void> {
  isLocked = true;
  io.of('/news').emit('web_socketio.end', LOCKED);
  for (const page of pages) await expect.poll(() => isConnected(page)).toBe(false);
}

it.each<[string, (page: Page) => Promise<unknown>]>([
  ['a key', (page) => page.keyboard.press('Enter')],
  ['a click', (page) => page.mouse.click(10, 10)],
  ['a look at its tab', (page) => page.evaluate("window.dispatchEvent(new Event('focus'))")],
])(
  'A page whose screen is unlocked is back within seconds, and with it the other tabs: by %s',
  async (_, act) => {
    const first = await chromium.openPage();
    const pages = [await open(first), await open(await first.openTab())] as const;
    await lock(pages);
    isLocked = false;
    await act(pages[0]);
    for (const page of pages) await expect.poll(() => isConnected(page)).toBe(true);
    expect(first.errors).toEqual([]);
  },
);

it('A page that is opened brings the others of its browser back, and none of another browser', async () => {
  const first = await chromium.openPage();
  const page = await open(first);
  const elsewhere = await open(await chromium.openPage());
  await lock([page, elsewhere]);
  isLocked = false;
  await open(await first.openTab());
  await expect.poll(() => isConnected(page)).toBe(true);
  expect(await isConnected(elsewhere)).toBe(false);
});
