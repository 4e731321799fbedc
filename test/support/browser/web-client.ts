import type { Page, Request } from 'playwright-core';
import type { OdooUser } from '../odoo/odoo-session.ts';
import { series } from '../series/series.ts';
import type { Chromium, ChromiumPage } from './chromium.ts';

declare global {
  interface Window {
    /** When each notification was drawn, by its text: milliseconds of the clock. */
    drawn: Map<string, number>;
  }
}

/** A user's browser with Odoo's web client open, as that user sees it. */
export class WebClient {
  readonly page: Page;
  readonly errors: readonly string[];
  /** What the page asked of OpenERP and the sidecar, without its own files. */
  readonly requests: Request[] = [];
  readonly #browser: ChromiumPage;
  readonly #url: string;

  private constructor(browser: ChromiumPage, url: string) {
    this.#browser = browser;
    this.#url = url;
    this.page = browser.page;
    this.errors = browser.errors;
    this.page.on('request', (request) => this.requests.push(request));
  }

  /** Logs in as users do, and waits until the page has its socket. */
  static async logIn(chromium: Chromium, url: string, { login, password }: OdooUser): Promise<WebClient> {
    const client = new WebClient(await chromium.openPage(), url);
    const { page } = client;
    // Odoo sets the session's cookie in every answer: one that is still under way would take back the session of the log-in.
    await page.goto(`${url}/web/login`, { waitUntil: 'networkidle' });
    await page.fill('input[name=login]', login);
    await page.fill('input[name=password]', password);
    await Promise.all([client.#socket(), page.click('button[type=submit]')]);
    await client.#ready();
    return client;
  }

  /** Another tab of the same browser. */
  async openTab(): Promise<WebClient> {
    const tab = new WebClient(await this.#browser.openTab(), this.#url);
    await Promise.all([tab.#socket(), tab.page.goto(`${this.#url}${series.webClient.path}`)]);
    await tab.#ready();
    return tab;
  }

  /** The texts of the notifications on the screen: `Title. Text`. */
  notifications(): Promise<string[]> {
    return series.webClient.notifications(this.page);
  }

  /** Is the shared socket connected? */
  async isConnected(): Promise<boolean> {
    return await this.page.evaluate<boolean>(series.webClient.connected);
  }

  /** Notes from now on when notifications are drawn. */
  async watchNotifications(): Promise<void> {
    await this.page.evaluate(() => {
      window.drawn = new Map();
      new MutationObserver(() => {
        const now = performance.timeOrigin + performance.now();
        for (const { textContent } of document.querySelectorAll('.o_notification')) {
          const text = textContent ?? '';
          if (!window.drawn.has(text)) window.drawn.set(text, now);
        }
      }).observe(document.body, { childList: true, subtree: true });
    });
  }

  /** When the notification with that title was drawn. */
  async whenDrawn(title: string): Promise<number> {
    const drawn = await this.page.waitForFunction((wanted) => {
      const [drawn] = [...window.drawn].filter(([text]) => text.includes(wanted));
      return drawn?.[1];
    }, title);
    return Number(await drawn.jsonValue());
  }

  async #socket(): Promise<void> {
    await this.page.waitForEvent('websocket', (socket) => socket.url().includes('/socket.io/'));
  }

  async #ready(): Promise<void> {
    await this.page.waitForFunction(series.webClient.connected);
  }
}
