import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebClient } from '../support/browser/web-client.ts';
import type { OdooUser } from '../support/odoo/odoo-session.ts';
import { type OdooStack, startOdooStack } from '../support/odoo/odoo-stack.ts';
import { showLogOfFailures } from '../support/process/failure-log.ts';
import { series } from '../support/series/series.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../.cache/screenshots', import.meta.url));
const { userMenu, stateItem, developerPath } = series.webClient;

let stack: OdooStack;
let anna: OdooUser;
let client: WebClient;
let page: Page;

beforeAll(async () => {
  // `portal` brings Discuss: probably the web client of Odoo 14 never says that it is ready to a user without a menu.
  stack = await startOdooStack(['web_socketio_demo', 'portal']);
  const { odoo, chromium, nginx } = stack;
  anna = await odoo.createUser('anna');
  client = await WebClient.logIn(chromium, nginx.url, anna);
  ({ page } = client);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await mkdir(SCREENSHOTS, { recursive: true });
});

afterAll(() => stack?.stop());

showLogOfFailures(series.name, () => stack.odoo.server);
showLogOfFailures('The sidecar', () => stack.sidecarProcess.program);

/** Loads the page in the developer mode, and waits until it is connected. */
async function openAsDeveloper(): Promise<void> {
  await page.goto(`${stack.nginx.url}${developerPath}`);
  await page.waitForFunction(series.webClient.connected);
}

/** Nothing slides in or out any more. */
async function standStill(): Promise<void> {
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState }) => playState !== 'running'),
  );
}

/** What the user menu says when it is opened now. */
async function readMenu(): Promise<string> {
  await page.click(userMenu);
  const text = await page.locator(stateItem).textContent();
  await page.keyboard.press('Escape');
  await page.locator(stateItem).waitFor({ state: 'hidden' });
  return text?.trim() ?? '';
}

/** What the dialog says that the item opens. */
async function readDetails(): Promise<string> {
  await page.click(userMenu);
  await page.click(stateItem);
  const text = await page.locator('.modal-body').textContent();
  await page.click('.modal-footer button:has-text("Close")');
  await page.locator('.modal').waitFor({ state: 'detached' });
  return text ?? '';
}

const sendTo = (uid: number, subject: string) =>
  stack.odoo.sql(`INSERT INTO web_socketio_message (channel, "values") VALUES ('web_socketio_demo', $1)`, [
    JSON.stringify({ to_id: uid, subject, text: '', kind: 'info', sticky: true }),
  ]);

it('shows nothing to users who do not use the developer mode', async () => {
  await page.click(userMenu);
  await page.waitForSelector('[data-menu=logout]');
  expect(await page.locator(stateItem).count()).toBe(0);
});

it('says in the developer mode how the page is connected and since when, and then when the last message came', async () => {
  await openAsDeveloper();
  expect(await readMenu()).toMatch(/^Real time: WebSocket since \d+:\d\d [AP]M$/);
  await sendTo(anna.uid, 'First');
  const close = page.locator('.o_notification:has-text("First") .o_notification_close');
  await close.click();
  expect(await readMenu()).toMatch(
    /^Real time: WebSocket since \d+:\d\d [AP]M, last message \d+:\d\d [AP]M$/,
  );
});

it('opens with the keyboard alone, and copies what support needs, with no secret in it', async () => {
  await page.focus(userMenu);
  await page.keyboard.press('Enter');
  await page.waitForSelector(stateItem);
  await page.screenshot({ path: `${SCREENSHOTS}/state-menu-${series.folder}.png` });
  const item = page.getByRole('menuitem', { name: /^Real time: / });
  for (let presses = 0; presses < 10; presses += 1) {
    await page.keyboard.press('ArrowDown');
    if (await item.evaluate((element) => element === document.activeElement)) break;
  }
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]'));
  await page.screenshot({ path: `${SCREENSHOTS}/state-dialog-${series.folder}.png` });
  const text = (await dialog.locator('.modal-body').textContent()) ?? '';
  expect(text.trim().split('\n')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^State: WebSocket since /),
      expect.stringMatching(/^Last message: web_socketio_demo\.notification of \/longpolling, /),
      'Namespaces: /longpolling connected',
      'Connections since the page was opened: 1',
      `Sidecar: ${stack.nginx.url}`,
      `Database: ${stack.odoo.database}`,
    ]),
  );
  const copy = dialog.getByRole('button', { name: 'Copy' });
  for (let presses = 0; presses < 5; presses += 1) {
    if (await copy.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByText('Copied', { exact: true }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.trim()).toBe(text.replace('Copied', '').trim());
  expect(copied).not.toMatch(/wsio_|session_id|sid=|[\w-]{40}/);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

it('says that there is no connection and why, and the new one when the sidecar is back', async () => {
  await stack.sidecarProcess.stop();
  await expect
    .poll(readDetails)
    .toMatch(
      /State: no connection since .*\nCause: the proxy cannot reach the sidecar, .* with 502\nMore: web_socketio doctor http/,
    );
  expect(await readMenu()).toMatch(/^Real time: no connection since /);
  await stack.sidecarProcess.start();
  await page.waitForFunction(series.webClient.connected);
  const details = await readDetails();
  expect(details).toMatch(/State: WebSocket since .*/);
  expect(details).toContain('Connections since the page was opened: 2');
  expect(details).toMatch(/Last loss: \w.*, \d/);
  expect(details).not.toContain('Cause:');
});

it('does not say that it is connected when the machine has just slept, before the sidecar was heard again', async () => {
  await page.evaluate(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 600_000;
  });
  expect(await readMenu()).toMatch(/^Real time: nothing heard since /);
  await expect.poll(readMenu).toMatch(/^Real time: WebSocket since /);
});

it('says that the page does not use it where no code has a socket', async () => {
  await page.evaluate(series.webClient.disconnect);
  expect(await readMenu()).toMatch(/^Real time: not used by this page/);
});

it('fits a phone', async () => {
  await openAsDeveloper();
  await page.setViewportSize({ width: 390, height: 844 });
  await series.webClient.openPhoneMenu(page);
  const item = page.getByText(/^Real time: WebSocket since /);
  await item.waitFor();
  await standStill();
  await page.screenshot({ path: `${SCREENSHOTS}/state-menu-phone-${series.folder}.png` });
  await item.click();
  await page.locator('.modal-body').waitFor();
  await standStill();
  await page.screenshot({ path: `${SCREENSHOTS}/state-dialog-phone-${series.folder}.png` });
  const isTooWide = () => document.documentElement.scrollWidth > window.innerWidth;
  expect(await page.evaluate(isTooWide)).toBe(false);
  await page.click('.modal-footer button:has-text("Close")');
});

it('names long-polling where WebSocket is not to be had', async () => {
  await page.setViewportSize({ width: 1280, height: 720 });
  // As it is where a proxy refuses the upgrade.
  await page.addInitScript(() => {
    class Refused extends EventTarget {
      onerror?: (event: Event) => void;
      constructor() {
        super();
        setTimeout(() => this.onerror?.(new Event('error')));
      }
      close(): void {}
    }
    Reflect.set(window, 'WebSocket', Refused);
  });
  await openAsDeveloper();
  expect(await readMenu()).toMatch(/^Real time: long-polling since /);
});

it('leaves everything else as it is where another addon has changed the user menu', async () => {
  await series.webClient.changeUserMenu(page);
  await openAsDeveloper();
});

it('leaves no error in the console of the web client', () => {
  const own = client.errors.filter(
    (error) => !series.webClient.knownErrors.test(error) && !/502/.test(error),
  );
  expect(own).toEqual([]);
});
