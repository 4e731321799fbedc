import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Chromium, openChromium } from '../support/browser/chromium.ts';
import { WebClient } from '../support/browser/web-client.ts';
import { Person } from './support/person.ts';
import { Stack } from './support/stack.ts';

let stack: Stack;
let chromium: Chromium;

beforeAll(async () => {
  stack = await Stack.make();
  chromium = await openChromium();
});

afterAll(async () => {
  await chromium?.close();
  await stack?.remove();
});

it('shows a notification in the right browser, from nothing to the screen with one command', async ({
  onTestFailed,
}) => {
  onTestFailed(async () => void process.stderr.write(await stack.logs()));
  const start = performance.now();
  await stack.up();
  const up = performance.now();
  const anna = await Person.logIn(stack, 'anna');
  const ben = await Person.logIn(stack, 'ben');
  const annasTab = await WebClient.logIn(chromium, stack.url, anna);
  const bensTab = await WebClient.logIn(chromium, stack.url, ben);
  await ben.notify(anna, 'Lunch');
  await annasTab.page.waitForSelector('.o_notification:has-text("Lunch")');
  const seconds = (until: number) => ((until - start) / 1000).toFixed(1);
  process.stdout.write(
    `From 'docker compose up' to a stack that serves: ${seconds(up)} s; to the first notification on the screen: ${seconds(performance.now())} s\n`,
  );
  expect(await annasTab.notifications()).toEqual(['Lunch. It is ready.']);
  expect(await bensTab.notifications()).toEqual([]);
  // The error page of nginx, of Odoo or of the sidecar would be one of them.
  expect([...annasTab.errors, ...bensTab.errors].filter((error) => !DEBIAN.test(error))).toEqual([]);
});

/** A file of Odoo's addon mail that Debian's package leaves out, for its licence. */
const DEBIAN = /Could not get content for mail\/static\/lib\/selfie_segmentation/;
