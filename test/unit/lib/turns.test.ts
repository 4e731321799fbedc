import { expect, it, onTestFinished, vi } from 'vitest';
import { Turns } from '../../../sidecar/src/lib/turns.ts';

it('runs no more tasks at the same time than it may, and all of them in the end', async () => {
  const turns = new Turns(3, 60_000);
  let [running, most] = [0, 0];
  const task = async (place: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    if (place === 4) throw new Error('It failed.');
    return place;
  };
  const places = Array.from({ length: 20 }, (_, place) => place);
  const ended = await Promise.allSettled(places.map((place) => turns.take(() => task(place))));
  expect(most).toBe(3);
  const done = ended.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'));
  expect(done).toEqual(places.map((place) => (place === 4 ? 'failed' : place)));
});

it('lets others pass one that hangs', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const turns = new Turns(1, 5_000);
  void turns.take(() => new Promise(() => undefined));
  const next = vi.fn(async () => undefined);
  const passed = turns.take(next);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(next).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await passed;
});
