import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openChromium } from '../support/browser/chromium.ts';
import { SeatFrame } from '../support/browser/seat-frame.ts';
import { makeClone } from '../support/process/clone.ts';
import { PlaygroundProcess } from '../support/process/playground-process.ts';
import { processesOf } from '../support/process/process-list.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../.cache/screenshots', import.meta.url));
const WIDTHS = [
  [1280, 1100],
  [375, 812],
] as const;
/**
 * The browser's own words for a server that is not there, or no longer knows a long-polling connection that it has ended: an
 * acknowledgement may be on its way then.
 */
const NOBODY_THERE =
  /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket (?:connection|is closed)|status of 400 .*transport=polling.*&sid=/;

let clone: string;
let playground: PlaygroundProcess;
let page: Page;
let errors: readonly string[];
let left: SeatFrame;
let right: SeatFrame;

/** What to let go of in the end: first what was opened last. */
const open: (() => Promise<void>)[] = [];
const release = (free: () => Promise<void>) => void open.unshift(free);

beforeAll(async () => {
  const started = performance.now();
  clone = await makeClone(undefined, release);
  playground = new PlaygroundProcess(clone, [], {}, undefined, release);
  const chromium = await openChromium();
  release(() => chromium.close());
  ({ page, errors } = await chromium.openPage());
  await page.goto(await playground.url());
  [left, right] = [new SeatFrame(page, 'left'), new SeatFrame(page, 'right')];
  for (const seat of [left, right]) await seat.button('Log in').waitFor();
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stdout.write(`From npm start to a page that can be used, the build included: ${seconds} s\n`);
});

afterAll(async () => {
  for (const free of open) await free();
});

it('refuses a wrong password in words, and lets users in by the keyboard alone', async () => {
  await takeScreenshots('logged-out');
  await left.logIn('anna', 'wrong');
  await left.problem.getByText(/\w/).waitFor();
  await page.reload();
  const login = left.field('Login');
  await login.waitFor();
  // Through the page from its beginning, as somebody without a mouse goes.
  for (let presses = 0; presses < 20 && !(await hasFocus(login)); presses += 1) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('anna');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('anna');
  await page.keyboard.press('Enter');
  await left.title.getByText('Anna').waitFor();
  await expect.poll(() => hasFocus(left.field('Text'))).toBe(true);
  await page.keyboard.type('Is anybody here?');
  await page.keyboard.press('Enter');
  await left.hears('Is anybody here?');
});

it('shows to each seat who is connected', async () => {
  await expect.poll(() => left.here.allInnerTexts()).toEqual([expect.stringContaining('Anna (you)')]);
  await right.logIn('ben');
  const names = (seat: SeatFrame) => seat.here.allInnerTexts().then((texts) => texts.join());
  await expect.poll(() => names(left)).toMatch(/Anna \(you\).*Ben/s);
  await expect.poll(() => names(right)).toMatch(/Anna.*Ben \(you\)/s);
});

it('carries the chat to both, and a notification to its recipient alone', async () => {
  await left.say('Good morning. Is the delivery here?');
  await right.hears('Good morning. Is the delivery here?');
  await right.say('Not yet. I will tell you when it comes.');
  await right.notify('Anna', 'The delivery is at gate 4.');
  await left.hears('Not yet. I will tell you when it comes.');
  await left.hears('The delivery is at gate 4.');
  await left.feed.getByText('From Ben').waitFor();
  expect(await right.feed.getByText('From Ben').count()).toBe(0);
});

const state = (text: string) => page.getByRole('row').filter({ hasText: text }).locator('.state');

async function addTask(text: string): Promise<void> {
  await page.getByLabel('Task', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Add to the queue' }).click();
}

it('shows the state of a task: taken, put back, and confirmed by the other seat', async () => {
  await addTask('Water the plants');
  await state('Water the plants').getByText('waiting').waitFor();
  await left.field('Take tasks').check();
  await state('Water the plants').getByText('taken').waitFor();
  await page.setViewportSize({ width: 375, height: 812 });
  const below = () =>
    left.feed.evaluate(
      ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight,
    );
  await left.button('Done: Water the plants').waitFor();
  await expect.poll(below).toBeLessThan(2);
  await takeScreenshots('logged-in');
  // The picture of the README.
  await page.screenshot({ path: `${SCREENSHOTS}/playground.png` });
  const countdown = left.feed.getByText(/It goes back to the queue in \d+ s\./);
  const shown = await countdown.textContent();
  await expect.poll(() => countdown.textContent()).not.toBe(shown);
  await left.field('Take tasks').uncheck();
  await left.hears('Went back to the queue.');
  await state('Water the plants').getByText('put back').waitFor();
  await right.field('Take tasks').check();
  await right.button('Done: Water the plants').click();
  await state('Water the plants').getByText('confirmed').waitFor();
  await right.field('Take tasks').uncheck();
});

it('goes on over long-polling where it is forced, and over WebSocket again', async () => {
  await left.link.getByText('websocket').waitFor();
  await left.field('Long-polling only').check();
  await left.link.getByText('long-polling').waitFor();
  await right.say('Do you still hear me?');
  await left.hears('Do you still hear me?');
  await left.field('Long-polling only').uncheck();
  await left.link.getByText('websocket').waitFor();
});

it('keeps its users logged in when the page is loaded again', async () => {
  await page.reload();
  await left.title.getByText('Anna').waitFor();
  await right.title.getByText('Ben').waitFor();
  await expect.poll(() => left.here.count()).toBe(2);
});

it('shows what was missed when the sidecar has been killed and is started again', async () => {
  expect(errors).toEqual([]);
  await right.field('Take tasks').check();
  await addTask('Sweep the yard');
  await state('Sweep the yard').getByText('taken').waitFor();
  await page.getByRole('button', { name: 'Kill' }).click();
  const start = page.getByRole('button', { name: 'Start' });
  await start.waitFor();
  for (const seat of [left, right]) await seat.link.getByText('no connection').waitFor();
  await left.notify('Ben', 'Sent while the sidecar was dead.');
  await left.hears('Notified Ben: Sent while the sidecar was dead.');
  await left.say('Said while the sidecar was dead.');
  await right.hears(
    'The connection is gone: the task goes back to the queue as soon as a sidecar sees that.',
  );
  await state('Sweep the yard').getByText('taken').waitFor();
  await takeScreenshots('stopped');
  await start.click();
  await right.button('Done: Sweep the yard').click();
  await state('Sweep the yard').getByText('confirmed').waitFor();
  await right.field('Take tasks').uncheck();
  await right.hears('Sent while the sidecar was dead.');
  await right.hears('Said while the sidecar was dead.');
  await expect.poll(() => right.here.count()).toBe(2);
  expect(errors.filter((error) => !NOBODY_THERE.test(error))).toEqual([]);
});

it('shows what was missed while the sidecar was stopped in an orderly way', async () => {
  await page.getByRole('button', { name: 'Stop' }).click();
  const start = page.getByRole('button', { name: 'Start' });
  await start.waitFor();
  await right.notify('Anna', 'Sent while the sidecar was stopped.');
  await start.click();
  await left.hears('Sent while the sidecar was stopped.');
});

it('runs a change of the server module at once, and says what is wrong with one that cannot run', async () => {
  const path = join(clone, 'addon/web_socketio_demo/socketio/index.ts');
  const text = await readFile(path, 'utf8');
  const key = "static override readonly key = 'to_id';";
  expect(await page.getByLabel('Text of the server module').textContent()).toContain(key);
  const format = `${key}\n  override format({ values }: { values: object }) {\n    return { ...values, subject: 'Changed' };\n  }`;
  await writeFile(path, text.replace(key, format));
  const news = page.locator('#module-news');
  await news.getByText('Changed, and live since').waitFor();
  await page.getByLabel('Text of the server module').getByText("subject: 'Changed'").waitFor();
  await expect.poll(() => left.here.count()).toBe(2);
  await right.notify('Anna', 'By another module.');
  await left.hears('By another module.');
  await left.feed.getByText('Changed').waitFor();
  await writeFile(path, 'const x = ;');
  await news.getByText('does not compile').waitFor();
  await right.say('It still runs.');
  await left.hears('It still runs.');
  await writeFile(path, text);
  await news.getByText('Changed, and live since').waitFor();
});

it('tells the others who has logged out', async () => {
  await right.button('Log out').click();
  await right.button('Log in').waitFor();
  await expect.poll(() => left.here.allInnerTexts()).toEqual([expect.stringContaining('Anna (you)')]);
  expect(errors.filter((error) => !NOBODY_THERE.test(error))).toEqual([]);
});

it('ends at Ctrl-C, and leaves no process behind', async () => {
  expect(await processesOf(clone)).not.toEqual([]);
  playground.signal('SIGINT');
  await playground.ended;
  await page.getByText('The playground has ended').waitFor();
  expect(await processesOf(clone)).toEqual([]);
});

async function hasFocus(field: ReturnType<SeatFrame['field']>): Promise<boolean> {
  return await field.evaluate((element) => element.ownerDocument.activeElement === element);
}

/** Nothing may be wider than the window, in the page and in its frames. */
async function takeScreenshots(name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  for (const [width, height] of WIDTHS) {
    await page.setViewportSize({ width, height });
    for (const frame of page.frames()) {
      const spare = await frame.evaluate(
        () => document.documentElement.clientWidth - document.documentElement.scrollWidth,
      );
      expect(spare, `${frame.url()} at ${width}`).toBe(0);
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const path = `${SCREENSHOTS}/playground-${name}-${width}-${colorScheme}.png`;
      await page.screenshot({ path, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 1100 });
}
