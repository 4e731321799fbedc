import { expect, it } from 'vitest';
import { Sleep, sleep } from '../../../sidecar/src/lib/sleep.ts';

const LONG_MS = 60_000;
/** How many timers of the process wait; the test's own among them. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

it('ends after its time, or as soon as it is told to, and then leaves no timer behind', async () => {
  const before = timers();
  await new Sleep(1).over;
  const long = new Sleep(LONG_MS);
  long.end();
  long.end();
  await long.over;
  expect(timers()).toBe(before);
});

it('ends when its signal is aborted, before it begins as well as in between, and listens to it no longer', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const removed: string[] = [];
  const remove = signal.removeEventListener.bind(signal);
  Reflect.set(signal, 'removeEventListener', (type: string, listener: () => void) => {
    removed.push(type);
    remove(type, listener);
  });
  await sleep(1, signal);
  expect(removed).toEqual(['abort']);
  const long = sleep(LONG_MS, signal);
  controller.abort();
  await long;
  await sleep(LONG_MS, signal);
});
