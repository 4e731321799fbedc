import { z } from 'zod';
import type { WebClient } from '../../support/browser/web-client.ts';
import type { OdooUser } from '../../support/odoo/odoo-session.ts';
import { series } from '../../support/series/series.ts';

declare global {
  interface Window {
    /** Gone when the document is loaded anew. */
    isMarked: true;
  }
}

/** The session's id, as the browser keeps it. */
export async function cookieOf({ page }: WebClient): Promise<string> {
  const cookies = await page.context().cookies();
  return z.string().parse(cookies.find(({ name }) => name === 'session_id')?.value);
}

/** Notes from now on what the document draws, and whether it stays. */
export async function markDocument(client: WebClient): Promise<void> {
  await client.watchNotifications();
  await client.page.evaluate(() => {
    window.isMarked = true;
  });
}

/** The texts of all notifications that it has drawn, in their order. */
export function drawn({ page }: WebClient): Promise<string[]> {
  return page.evaluate(() => [...window.drawn.keys()]);
}

/** Is it still the document that was marked? */
export function stays({ page }: WebClient): Promise<boolean> {
  return page.evaluate(() => window.isMarked ?? false);
}

/** Chooses an entry of the menu behind the user's name. */
export async function pressInUserMenu({ page }: WebClient, entry: string): Promise<void> {
  await page.click('.o_user_menu button');
  await page.click(`[data-menu=${entry}]`);
}

/** Resolves when the document that is loaded, or being loaded, has its socket. */
export async function whenConnected({ page }: WebClient): Promise<void> {
  await page.waitForFunction(series.webClient.connected);
}

/** Chooses the user in the addon's list; the page is loaded anew. */
export async function impersonate(tab: WebClient, name: string): Promise<void> {
  await pressInUserMenu(tab, 'impersonate_login');
  await tab.page.click(`.modal .o_data_row:has-text("${name}") button[name=impersonate_login]`);
  await tab.page.waitForFunction(
    (login) => document.querySelector('.o_user_menu')?.textContent?.includes(login),
    name,
  );
  await whenConnected(tab);
}

/** Waits until Odoo has locked the screen, since nobody touched it. */
export async function whenLocked({ page }: WebClient): Promise<void> {
  await page.waitForSelector(PASSWORD, { timeout: 120_000 });
}

/** Gives the password that the locked screen asks for. */
export async function unlock({ page }: WebClient, { password }: OdooUser): Promise<void> {
  await page.fill(PASSWORD, password);
  await page.press(PASSWORD, 'Enter');
}

const PASSWORD = '.modal input[name=password]';
