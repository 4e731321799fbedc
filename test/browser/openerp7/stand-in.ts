import { onTestFinished } from 'vitest';
import type { OpenERP7WebClient } from '../../contract/openerp7-web-client.ts';
import type { Chromium } from '../../support/browser/chromium.ts';
import { startWebServer } from './web-server.ts';

const OURS = ['web', 'web_socketio', 'web_longpolling', 'web_socketio_demo'];

/** The stand-in of a database in which our addons and another one are installed. */
export interface StandInOptions {
  readonly addon: string;
  readonly bundles: readonly string[];
  readonly sidecarUrl: string;
}

/** The web client's stand-in, in a browser; both go when the test has finished. */
export async function openStandIn(
  chromium: Chromium,
  { addon, ...options }: StandInOptions,
): Promise<OpenERP7WebClient> {
  const url = await startWebServer({ modules: [...OURS, addon], ...options });
  const { page, context, errors } = await chromium.openPage();
  onTestFinished(() => context.close());
  await page.goto(url);
  await page.getByText('Log in').waitFor();
  return {
    page,
    errors,
    user: { db: 'o7', login: 'admin', password: 'admin' },
    async logIn() {
      await page.getByText('Log in').click();
      await page.getByText('Log out').waitFor();
    },
    async logOut() {
      await page.getByText('Log out').click();
      await page.getByText('Log in').waitFor();
    },
  };
}
