import type { Locator, Page } from 'playwright-core';
import type { OdooUser } from '../odoo/odoo-session.ts';
import type { Chromium, ChromiumPage } from './chromium.ts';

/** Odoo 19's Discuss, or a page with its live chat, as somebody sees it. */
export class DiscussPage {
  readonly page: Page;
  readonly errors: readonly string[];
  readonly #browser: ChromiumPage;
  readonly #url: string;

  private constructor(browser: ChromiumPage, url: string) {
    this.#browser = browser;
    this.#url = url;
    this.page = browser.page;
    this.errors = browser.errors;
  }

  /** The page of a user who has logged in as users do, with a channel open. */
  static async logIn(
    chromium: Chromium,
    url: string,
    { login, password }: OdooUser,
    channel: number,
  ): Promise<DiscussPage> {
    const discuss = new DiscussPage(await chromium.openPage(), url);
    const { page } = discuss;
    // Odoo sets the session's cookie in every answer: one that is still under way would take back the session of the log-in.
    await page.goto(`${url}/web/login`, { waitUntil: 'networkidle' });
    await page.fill('input[name=login]', login);
    await page.fill('input[name=password]', password);
    await Promise.all([page.waitForURL(/\/odoo/), page.click('button[type=submit]')]);
    await discuss.open(channel);
    return discuss;
  }

  /** The page of whoever comes to a live chat, and presses its button. */
  static async visit(chromium: Chromium, url: string, liveChat: number): Promise<DiscussPage> {
    const discuss = new DiscussPage(await chromium.openPage(), url);
    await discuss.page.goto(`${url}/im_livechat/support/${liveChat}`);
    await discuss.page.click('.o-livechat-LivechatButton');
    await discuss.#input.waitFor();
    return discuss;
  }

  /** Another tab of the same browser. */
  async openTab(channel: number): Promise<DiscussPage> {
    const tab = new DiscussPage(await this.#browser.openTab(), this.#url);
    await tab.open(channel);
    return tab;
  }

  async open(channel: number): Promise<void> {
    await this.page.goto(`${this.#url}/odoo/discuss?active_id=discuss.channel_${channel}`);
    await this.#input.waitFor();
  }

  /** Goes to a conversation in the list at the side. */
  async choose(name: string): Promise<void> {
    await this.page.click(`.o-mail-DiscussSidebarChannel:has-text("${name}")`);
  }

  /** Types as people do, and sends nothing. */
  async type(text: string): Promise<void> {
    await this.#input.click();
    await this.page.keyboard.type(text, { delay: 20 });
  }

  async say(text: string): Promise<void> {
    await this.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** Resolves when that message is on the screen. */
  async whenSaid(text: string): Promise<void> {
    await this.page.waitForSelector(`.o-mail-Message:has-text("${text}")`);
  }

  /** What is said in the open conversation. */
  async messages(): Promise<string> {
    return (await this.page.locator('.o-mail-Message-body').allInnerTexts()).join('\n');
  }

  /** Resolves when it says that somebody is typing. */
  async whenTyping(name: string): Promise<void> {
    await this.page.waitForSelector(`.o-discuss-Typing:has-text("${name} is typing")`);
  }

  /** Resolves when the list of members says so of somebody. */
  async whenMember(name: string, status: 'Online' | 'Offline'): Promise<void> {
    await this.page.waitForSelector(
      `.o-discuss-ChannelMember:has-text("${name}") .o-mail-ImStatus [title=${status}]`,
    );
  }

  /** Leaves as somebody who closes the browser. */
  async leave(): Promise<void> {
    await this.page.context().close();
  }

  get #input(): Locator {
    return this.page.locator('.o-mail-Composer-input').first();
  }
}
