import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer } from '../support/browser/browser-server.ts';
import { type Chromium, openChromium } from '../support/browser/chromium.ts';
import { buildSourcePage } from '../support/browser/source-page.ts';

const SCRIPT = `
  import { Page } from './page.ts';
  import { SocketIO } from './socketio.ts';
  const page = new Page({
    fetchToken: async () => ({ db: 'mydb', uid: 7, token: 'a token', expires_in: 900, url: false }),
    report: (error) => console.error(error),
    warn: (text) => console.warn(text),
    transportStaysMs: 100,
    window,
  });
  window.transport = async () => (await page.manager()).engine.transport.name;
  window.asked = 0;
  new BroadcastChannel('web_socketio.polling').addEventListener('message', ({ data }) => {
    if (data === 'who') window.asked += 1;
  });
  window.socket = new SocketIO('/news', page);
`;

let chromium: Chromium;
let source: string;

beforeAll(async () => {
  chromium = await openChromium();
  source = await buildSourcePage(SCRIPT);
});

afterAll(() => chromium?.close());

it('The third tab that uses long-polling over HTTP/1.1 says so, once', async () => {
  const [first, second, third] = await openTabs(['polling'], 3);
  await expect.poll(() => third?.warnings.length).toBe(1);
  expect(third?.warnings).toEqual([
    expect.stringMatching(
      /^3 tabs of this browser use long-polling over HTTP\/1\.1\. .*docs\/operations\.md/,
    ),
  ]);
  // They had counted before it came.
  expect([first?.warnings, second?.warnings]).toEqual([[], []]);
});

it('Tabs with WebSocket ask nobody', async () => {
  const tabs = await openTabs(['polling', 'websocket'], 3);
  for (const { page } of tabs) {
    await expect.poll(() => page.evaluate('transport()')).toBe('websocket');
    expect(await page.evaluate('asked')).toBe(0);
  }
});

/** So many tabs of one browser, with what they warn of; each when the one before has asked the others, if it does. */
async function openTabs(transports: ('polling' | 'websocket')[], count: number) {
  // Its question comes often, so that there is a request to look at.
  const { http, io, url } = await startServer({ transports, pingInterval: 500 });
  io.of('/news').use((_, next) => next());
  http.on('request', (request, response) => {
    if (request.url === '/') response.setHeader('Content-Type', 'text/html').end(source);
  });
  const first = await chromium.openPage();
  const tabs: { page: Page; warnings: string[] }[] = [];
  for (let index = 0; index < count; index += 1) {
    const { page } = index === 0 ? first : await first.openTab();
    const warnings: string[] = [];
    tabs.push({ page, warnings });
    page.on('console', (line) => {
      if (line.type() === 'warning') warnings.push(line.text());
    });
    await page.goto(url);
    await expect.poll(() => page.evaluate<boolean>('socket.connected')).toBe(true);
    if (transports.length === 1) {
      await expect.poll(() => first.page.evaluate('asked')).toBe(index + 1);
    }
  }
  return tabs;
}
