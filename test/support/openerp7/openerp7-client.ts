import type { Page } from 'playwright-core';
import type { Chromium, ChromiumPage } from '../browser/chromium.ts';
import type { OdooUser } from '../odoo/odoo-session.ts';
import type { OpenERP7 } from './openerp7.ts';
import { OpenERP7Session } from './openerp7-session.ts';

/** Some addons load the page again after the log-in. */
const CONNECTED = 'window.openerp?.instances?.instance0?.web.longpolling_socket?.connected === true';

/** A user's browser with the web client of OpenERP 7.0 open, as that user sees it. */
export class OpenERP7Client {
  readonly page: Page;
  readonly errors: readonly string[];
  readonly #browser: ChromiumPage;
  readonly #url: string;

  private constructor(browser: ChromiumPage, url: string) {
    this.page = browser.page;
    this.errors = browser.errors;
    this.#browser = browser;
    this.#url = url;
  }

  /** Logs in as users do, and waits until the page has its socket. */
  static async logIn(
    chromium: Chromium,
    { url, database }: OpenERP7,
    { login, password }: Pick<OdooUser, 'login' | 'password'>,
  ): Promise<OpenERP7Client> {
    const client = new OpenERP7Client(await chromium.openPage(), url);
    const { page } = client;
    await Promise.all([
      page.waitForResponse(/\/web\/database\/get_list$/),
      page.goto(`${url}/?db=${database}`),
    ]);
    // The form is filled with the last login when that answer has been read.
    await page.waitForFunction('jQuery.active === 0');
    await page.fill('.oe_login input[name=login]', login);
    await page.fill('.oe_login input[name=password]', password);
    await page.click('.oe_login button[name=submit]');
    await client.ready();
    return client;
  }

  /** Another tab of the same browser. */
  async openTab(): Promise<OpenERP7Client> {
    const tab = new OpenERP7Client(await this.#browser.openTab(), this.#url);
    await tab.page.goto(this.#url);
    await tab.ready();
    return tab;
  }

  /** Resolves when the shared socket is connected. */
  async ready(): Promise<void> {
    await this.page.waitForFunction(CONNECTED);
  }

  async isConnected(): Promise<boolean> {
    return await this.page.evaluate<boolean>(CONNECTED);
  }

  /** Resolves when a notification with that text is drawn. */
  async waitForNotification(text: string): Promise<void> {
    await this.page.waitForSelector(`.ui-notify-message:has-text("${text}")`);
  }

  /** The texts of the notifications on the screen. */
  async notifications(): Promise<string[]> {
    const texts = await this.page.locator('.ui-notify-message:visible').allInnerTexts();
    return texts.map((text) => text.trim());
  }

  /** Shows the form of a user, as the menu does. */
  async openUser(openerp: OpenERP7, { uid, login }: OdooUser): Promise<void> {
    const [row] = await openerp.sql(
      "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'action_res_users'",
    );
    const place = { id: uid, view_type: 'form', model: 'res.users', action: Number(row?.['res_id']) };
    const hash = Object.entries(place).map(([key, value]) => `${key}=${value}`);
    await this.page.goto(`${openerp.url}/#${hash.join('&')}`);
    await this.page.waitForSelector(`.oe_breadcrumb_item:has-text("${login}")`);
  }

  /** The session of this browser, for requests of a test. */
  async session({ url }: OpenERP7): Promise<OpenERP7Session> {
    const session = new OpenERP7Session(url);
    const cookies = await this.#browser.context.cookies(url);
    session.sid = cookies.find(({ name }) => name === 'sid')?.value ?? '';
    session.sessionId = await this.page.evaluate<string>('openerp.instances.instance0.session.session_id');
    return session;
  }

  async logOut(): Promise<void> {
    // Notifications lie above the menu.
    await this.page.evaluate("jQuery('.ui-notify-message').remove()");
    await this.page.click('.oe_user_menu .oe_topbar_name');
    await this.page.click('a[data-menu=logout]');
    await this.page.waitForSelector('.oe_login input[name=login]');
  }
}
