import { setTimeout as pass } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { sizes } from '../chaos/record/form.ts';
import { type ChromiumPage, openChromium } from '../support/browser/chromium.ts';
import { SeatFrame } from '../support/browser/seat-frame.ts';
import { makeClone } from '../support/process/clone.ts';
import { PlaygroundProcess } from '../support/process/playground-process.ts';

interface Sleep {
  readonly kind: 'renderer' | 'browser';
  readonly seconds: number;
}

/** A busy machine may take its time. */
const LONG = { timeout: 120_000 };
/** What of Chromium is stopped: a page that blocks, or all of it. The connection does not outlive these times. */
const SLEEPS = sizes<readonly Sleep[]>({
  short: [{ kind: 'renderer', seconds: 50 }],
  long: [
    { kind: 'renderer', seconds: 60 },
    { kind: 'browser', seconds: 60 },
    { kind: 'browser', seconds: 300 },
  ],
});
/** Everything of the browser but what lives for a moment. */
const KINDS = { renderer: ['renderer'], browser: ['browser', 'renderer', 'GPU', 'utility'] };

it.each(SLEEPS)(
  'the page of the playground whose $kind sleeps for $seconds s shows everything in order and once',
  async ({ kind, seconds }) => {
    const url = await new PlaygroundProcess(await makeClone()).url();
    const [sleeper, other] = [await openPage(url), await openPage(url)];
    const [anna, ben] = [new SeatFrame(sleeper.page, 'left'), new SeatFrame(other.page, 'right')];
    await anna.logIn('anna');
    await ben.logIn('ben');
    await send(ben, 'awake');
    await expect.poll(() => notified(anna), LONG).toEqual(['awake']);
    await expect.poll(() => said(anna), LONG).toEqual(['awake']);
    const pids = await processesOf(sleeper, KINDS[kind]);
    signal(pids, 'SIGSTOP');
    onTestFinished(() => signal(pids, 'SIGCONT'));
    const texts = ['awake'];
    const parts = 10;
    for (let part = 0; part < parts; part += 1) {
      const text = `asleep ${part}`;
      await send(ben, text);
      texts.push(text);
      // The time that it sleeps is what is tested.
      await pass((seconds * 1_000) / parts);
    }
    signal(pids, 'SIGCONT');
    texts.push('awake again');
    await send(ben, 'awake again');
    await expect.poll(async () => (await notified(anna)).at(-1), LONG).toBe('awake again');
    await expect.poll(async () => (await said(anna)).at(-1), LONG).toBe('awake again');
    expect({ notified: await notified(anna), said: await said(anna) }).toEqual({
      notified: texts,
      said: texts,
    });
    process.stdout.write(
      `${kind}, ${seconds} s: ${texts.length} notifications and ${texts.length} lines, once\n`,
    );
  },
  900_000,
);

async function openPage(url: string): Promise<ChromiumPage> {
  const chromium = await openChromium();
  onTestFinished(() => chromium.close());
  const opened = await chromium.openPage();
  opened.page.setDefaultTimeout(60_000);
  await opened.page.goto(url);
  return opened;
}

/** A notification, and a line of the chat. The form is emptied when the first of them is on its way. */
async function send(ben: SeatFrame, text: string): Promise<void> {
  await ben.notify('Anna', text);
  await ben.hears(`Notified Anna: ${text}`);
  await ben.say(text);
  await ben.hears(text);
}

const notified = ({ feed }: SeatFrame) => feed.locator('.notification p').allInnerTexts();
const said = ({ feed }: SeatFrame) => feed.locator('.said p').allInnerTexts();

/** Those of the page's browser. */
async function processesOf({ context }: ChromiumPage, kinds: readonly string[]): Promise<number[]> {
  const session = await context.browser()?.newBrowserCDPSession();
  const { processInfo = [] } = (await session?.send('SystemInfo.getProcessInfo')) ?? {};
  const pids = processInfo.filter(({ type }) => kinds.includes(type)).map(({ id }) => id);
  expect(pids).not.toEqual([]);
  return pids;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // One of the renderers has ended.
    }
  }
}
