import { expect, it } from 'vitest';
import { TokenBucket } from '../../../sidecar/src/lib/token-bucket.ts';

function start(perSecond: number) {
  const clock = { now: 1_000 };
  const bucket = new TokenBucket(perSecond, () => clock.now);
  const take = (times: number) => Array.from({ length: times }, () => bucket.take()).at(-1);
  return { clock, take };
}

it('allows ten seconds of its rate at once, and then its rate', () => {
  const { clock, take } = start(5);
  expect(take(50)).toBe(0);
  clock.now += 1_000;
  expect(take(5)).toBe(0);
  expect(take(1)).toBe(-1);
});

it('saves up no more than that', () => {
  const { clock, take } = start(5);
  take(50);
  clock.now += 1_000_000;
  expect(take(51)).toBe(-1);
});

it('counts what comes in spite of being refused, and forgives who pauses', () => {
  const { clock, take } = start(5);
  expect(take(80)).toBe(-30);
  clock.now += 2_000;
  expect(take(1)).toBe(-21);
  clock.now += 10_000;
  expect(take(1)).toBe(28);
});
