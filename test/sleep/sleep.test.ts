import { setTimeout as pass } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sizes } from '../chaos/record/form.ts';
import { BROWSER_NAMES, SleepyBrowser } from '../support/browser/sleepy-browser.ts';
import { TestDatabase } from '../support/postgres/test-database.ts';
import { BOTH_MODES } from '../support/sidecar/both-modes.ts';
import { TestSidecar } from '../support/sidecar/test-sidecar.ts';

/** A busy machine may take its time. */
const LONG = { timeout: 120_000 };
/** The connection outlives the first, which is longer than an answer may take; the others, the page comes back. */
const SLEEPS = sizes({ short: [34, 50], long: [34, 60, 300] });

it.each(SLEEPS)(
  'browsers that sleep for %d s get everything in order and once',
  async (seconds) => {
    const database = await TestDatabase.create();
    const sidecar = await TestSidecar.start(database, BOTH_MODES);
    await expect.poll(() => sidecar.log, LONG).toContain('Connected to PostgreSQL');
    const browsers = await Promise.all(
      BROWSER_NAMES.map((name) => SleepyBrowser.open(name, database, sidecar.url)),
    );
    const heard = () =>
      Object.fromEntries(BROWSER_NAMES.map((name, index) => [name, browsers[index]?.heard]));
    const everybody = (texts: readonly string[]) =>
      Object.fromEntries(BROWSER_NAMES.map((name) => [name, texts]));
    const texts: string[] = [];
    const send = async (text: string) => {
      texts.push(text);
      await database.insert('each', { text });
    };
    // A page begins with what is sent from its connection on.
    await expect.poll(() => browsers.every(({ connected }) => connected), LONG).toBe(true);
    await send('awake');
    await expect.poll(heard, LONG).toEqual(everybody(texts));
    for (const browser of browsers) browser.sleep();
    const parts = 10;
    for (let part = 0; part < parts; part += 1) {
      await send(`asleep ${part}`);
      // The time that they sleep is what is tested.
      await pass((seconds * 1_000) / parts);
    }
    for (const browser of browsers) browser.wake();
    await send('awake again');
    await expect
      .poll(() => browsers.map((browser) => browser.heard.at(-1)), LONG)
      .toEqual(browsers.map(() => 'awake again'));
    expect(heard()).toEqual(everybody(texts));
    process.stdout.write(
      `${seconds} s: ${JSON.stringify(BROWSER_NAMES)} heard ${texts.length} messages once\n`,
    );
  },
  600_000,
);
