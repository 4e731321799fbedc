import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The frame of one of the two users on the playground's page. */
export class SeatFrame {
  readonly #frame: FrameLocator;

  constructor(page: Page, side: 'left' | 'right') {
    this.#frame = page.frameLocator(`iframe[src="/${side}/"]`);
  }

  /** Who is logged in, as the heading says. */
  get title(): Locator {
    return this.#frame.getByRole('heading');
  }

  /** What has arrived. */
  get feed(): Locator {
    return this.#frame.getByRole('log');
  }

  /** How it is connected. */
  get link(): Locator {
    return this.#frame.getByRole('status');
  }

  /** The users who are connected. */
  get here(): Locator {
    return this.#frame.locator('#people .here');
  }

  get problem(): Locator {
    return this.#frame.getByRole('alert');
  }

  field(label: string): Locator {
    return this.#frame.getByLabel(label, { exact: true });
  }

  button(name: string): Locator {
    return this.#frame.getByRole('button', { name });
  }

  async logIn(login: string, password = login): Promise<void> {
    await this.field('Login').fill(login);
    await this.field('Password').fill(password);
    await this.button('Log in').click();
  }

  async say(text: string): Promise<void> {
    await this.field('Text').fill(text);
    await this.button('Say to all').click();
  }

  async notify(whom: string, text: string): Promise<void> {
    await this.field('Text').fill(text);
    await this.field('Whom to notify').selectOption(whom);
    await this.button('Notify').click();
  }

  /** Waits until that text has arrived. */
  async hears(text: string): Promise<void> {
    await this.feed.getByText(text, { exact: true }).waitFor();
  }
}
