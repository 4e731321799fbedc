import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openERP7WebClientContract } from '../contract/openerp7-web-client.ts';
import { startServer } from '../support/browser/browser-server.ts';
import { type Chromium, openChromium } from '../support/browser/chromium.ts';
import { type Example, readExamples } from '../support/documents/reference.ts';
import { ADDON, BUILT, makeBundle, readSource, WEB } from '../support/openerp7/openerp7-bundle.ts';
import { openStandIn } from './openerp7/stand-in.ts';

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
    const bundles = await Promise.all(files.map((paths) => makeBundle(paths.map(readSource))));
    return openStandIn(chromium, { addon: 'web_socketio_2013', bundles, sidecarUrl });
  });
});

const examples = readExamples().filter(({ stage }) => stage === 'web client 7');

for (const example of examples) it(example.title, () => run(example));

it('docs/api/browser.md has an example for OpenERP 7.0', () => {
  expect(examples.length).toBe(1);
});

async function run({ browser, shown }: Example): Promise<void> {
  const { io, url: sidecarUrl } = await startServer({ cors: { origin: true, credentials: true } });
  // What the server module of the same example for Odoo 19 does.
  io.of('/longpolling').on('connection', (socket) => {
    socket.on('doorbell', () => socket.emit('doorbell', 'Somebody is at the door.'));
  });
  io.of('/bell').on('connection', (socket) => {
    socket.on('ring', (name: string, answer: (text: string) => void) => answer(`${name} rings.`));
  });
  const bundles = [await makeBundle([...[WEB, ...BUILT].map(readSource), browser])];
  const { page, logIn } = await openStandIn(chromium, { addon: 'my_addon', bundles, sidecarUrl });
  await logIn();
  const texts = () => page.locator('.ui-notify-message p').allInnerTexts();
  await expect.poll(async () => (await texts()).sort()).toEqual([...shown].sort());
}
