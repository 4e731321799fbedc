import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { OdooUser } from '../odoo/odoo-session.ts';
import type { Chromium } from './chromium.ts';
import { WebClient } from './web-client.ts';

/** How the sidecar answers for a view that it watches from now on. */
const WATCHED = /^43\/web_live,\d+\[\{"live":true/;

/** Odoo 19's web client with a list, kanban or form of live records, as a user sees it. */
export class LivePage {
  readonly page: Page;
  /** What the sidecar has sent to this page, as it came over the wire. */
  readonly frames: string[] = [];
  readonly #client: WebClient;
  readonly #url: string;

  private constructor(client: WebClient, url: string) {
    this.#client = client;
    this.page = client.page;
    this.#url = url;
    this.page.on('websocket', (socket) => {
      if (!socket.url().includes('/socket.io/')) return;
      socket.on('framereceived', ({ payload }) => this.frames.push(String(payload)));
    });
  }

  static async logIn(chromium: Chromium, url: string, user: OdooUser): Promise<LivePage> {
    return new LivePage(await WebClient.logIn(chromium, url, user), url);
  }

  async openTab(): Promise<LivePage> {
    return new LivePage(await this.#client.openTab(), this.#url);
  }

  get errors(): readonly string[] {
    return this.#client.errors;
  }

  /** Odoo's menu would be another way: an action's path, such as `live-tasks?view_type=kanban`. */
  async open(path: string): Promise<void> {
    await this.whileWatched(() => this.page.goto(`${this.#url}/odoo/${path}`));
  }

  /** Resolves when the sidecar watches what is shown after that. */
  async whileWatched(act: () => Promise<unknown>): Promise<void> {
    const before = this.#answers();
    await act();
    await expect.poll(() => this.#answers()).toBeGreaterThan(before);
  }

  /** Does what makes the list load anew, and keeps the answer back. @returns lets it come, and be drawn */
  async holdLoad(act: () => Promise<unknown>): Promise<{ end(): Promise<void> }> {
    const url = '**/web_search_read**';
    let proceed = (): void => undefined;
    let isBegun = false;
    const held = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    let answered: Promise<unknown> = held;
    await this.page.route(url, async (route) => {
      if (isBegun) return route.continue();
      isBegun = true;
      await held;
      await route.continue();
      answered = route.request().response();
    });
    await act();
    await expect.poll(() => isBegun).toBe(true);
    return {
      end: async () => {
        proceed();
        await held;
        await this.page.unroute(url);
        await answered;
        await this.page.evaluate(
          () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        );
      },
    };
  }

  /** The names of the records of a list, in their order. */
  names(): Promise<string[]> {
    return this.page.locator('.o_data_row td[name=name]').allInnerTexts();
  }

  row(name: string): Locator {
    return this.page.locator('.o_data_row', { hasText: name });
  }

  card(name: string): Locator {
    return this.page.locator('.o_kanban_record', { hasText: name });
  }

  /** A column of a kanban, by its title. */
  column(title: string): Locator {
    return this.page.locator('.o_kanban_group', {
      has: this.page.locator('.o_column_title', { hasText: title }),
    });
  }

  /** Drags a card by the mouse, as people do, to a column. */
  async drag(name: string, title: string): Promise<void> {
    const drop = await this.take(name);
    await drop(title);
  }

  /** Begins to drag a card. @returns drops it in a column */
  async take(name: string): Promise<(title: string) => Promise<void>> {
    const { mouse } = this.page;
    const [x, y] = await centreOf(this.card(name));
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x + 15, y + 15, { steps: 5 });
    await this.page.locator('.o_dragged').waitFor();
    return async (title) => {
      const [left, top] = await centreOf(this.column(title).locator('.o_kanban_header'));
      await mouse.move(left, top + 90, { steps: 10 });
      await mouse.up();
    };
  }

  /** Folds a column of a kanban. */
  async fold(title: string): Promise<void> {
    const column = this.column(title);
    await column.locator('.o_kanban_header').hover();
    await column.locator('.o_group_config button').click();
    await this.page.click('.o-dropdown--menu :text("Fold")');
    await this.page.locator('.o_column_folded', { hasText: title }).waitFor();
  }

  /** Who is named at what has just changed. */
  async marks(): Promise<(string | null)[]> {
    const marks = await this.page.locator('[data-web-live-name]').all();
    return Promise.all(marks.map((mark) => mark.getAttribute('data-web-live-name')));
  }

  get notice(): Locator {
    return this.page.locator('.o_web_live_notice');
  }

  /** The names of those who look at the same record. */
  viewers(): Promise<string[]> {
    return this.page
      .locator('.o_web_live_viewer')
      .evaluateAll((pictures) => pictures.map((picture) => picture.getAttribute('alt') ?? ''));
  }

  field(name: string): Locator {
    return this.page.locator(`.o_field_widget[name=${name}] :is(input, textarea)`).first();
  }

  notifications(): Promise<string[]> {
    return this.#client.notifications();
  }

  /** How often the page has called that method of a model. */
  requests(method: string): number {
    return this.#client.requests.filter((request) => request.url().endsWith(`/${method}`)).length;
  }

  /** As long as it lasts, nobody sees the tab. */
  async hide(isHidden: boolean): Promise<void> {
    await this.page.evaluate(
      (state) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
        document.dispatchEvent(new Event('visibilitychange'));
      },
      isHidden ? 'hidden' : 'visible',
    );
  }

  async leave(): Promise<void> {
    await this.page.close();
  }

  #answers(): number {
    return this.frames.filter((frame) => WATCHED.test(frame)).length;
  }
}

async function centreOf(locator: Locator): Promise<[x: number, y: number]> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('It is not on the screen.');
  return [box.x + box.width / 2, box.y + box.height / 2];
}
