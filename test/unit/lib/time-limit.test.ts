import { expect, it } from 'vitest';
import { withinTime } from '../../../sidecar/src/lib/time-limit.ts';

const LONG_MS = 60_000;
/** How many timers of the process wait; the test's own among them. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
const never = new Promise<string>(() => undefined);

it('gives what the promise gives, or says why it failed, and leaves no timer behind', async () => {
  const before = timers();
  const late = () => 'late';
  expect(await withinTime(Promise.resolve('in time'), LONG_MS, late)).toBe('in time');
  await expect(withinTime(Promise.reject(new Error('refused')), LONG_MS, late)).rejects.toThrow('refused');
  expect(timers()).toBe(before);
});

it('gives what stands for a promise that takes too long, or throws it', async () => {
  expect(await withinTime(never, 1, () => 'late')).toBe('late');
  const refuse = () => {
    throw new Error('too late');
  };
  await expect(withinTime(never, 1, refuse)).rejects.toThrow('too late');
});
