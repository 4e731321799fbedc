import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { requireProgram } from '../process/installed.ts';

/** A page in a browser profile of its own, with the errors that it logged or threw. */
export interface ChromiumPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly errors: readonly string[];
  /** Another page of the same profile: a tab beside this one. */
  openTab(): Promise<ChromiumPage>;
}

export interface Chromium {
  openPage(): Promise<ChromiumPage>;
  close(): Promise<void>;
}

const PROGRAM = '/usr/bin/chromium';
/** As long as other waits of the tests: a last resort, and no claim about speed. */
const PATIENCE_MS = 60_000;

/** Debian's chromium without a window. Whoever opens it closes it. */
export async function openChromium(): Promise<Chromium> {
  const browser = await chromium.launch({
    executablePath: await requireProgram(PROGRAM),
    timeout: PATIENCE_MS,
    // Chromium's sandbox refuses to work for root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--disable-quic', '--disable-dev-shm-usage'],
  });
  const openPage = async (): Promise<ChromiumPage> => openTab(await browser.newContext());
  const openTab = async (context: BrowserContext): Promise<ChromiumPage> => {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
    });
    return { page, context, errors, openTab: () => openTab(context) };
  };
  return { openPage, close: () => browser.close() };
}
