import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { openERP7WebClientContract } from '../contract/openerp7-web-client.ts';
import { type Chromium, openChromium } from '../support/chromium.ts';
import { BUILT, makeBundle } from '../support/openerp7-bundle.ts';
import { startWebServer } from './openerp7/web-server.ts';

const WEB = 'test/browser/openerp7/web.js';
const ADDON = 'test/browser/addons/web_socketio_2013/static/src/js/web_socketio_2013.js';

let chromium: Chromium;

beforeAll(async () => {
  chromium = await openChromium();
});

afterAll(() => chromium?.close());

/** Once the database is known, OpenERP 7.0 gives one file; else the addons follow in another, after the log-in. */
describe.each([
  ['in one file with the web client', [[WEB, ...BUILT, ADDON]]],
  ['in a file of addons, of which ours are the first', [[WEB], [...BUILT, ADDON]]],
])('Minified as OpenERP 7.0 does it, %s', (_, files) => {
  openERP7WebClientContract(async (sidecarUrl) => {
    const bundles = await Promise.all(files.map(makeBundle));
    const url = await startWebServer(bundles, sidecarUrl);
    const { page, context, errors } = await chromium.openPage();
    onTestFinished(() => context.close());
    page.setDefaultTimeout(20_000);
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
  });
});
