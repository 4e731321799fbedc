import { expect, it } from 'vitest';
import { Pace } from '../../../sidecar/src/postgres/read/pace.ts';

it('stays armed at the rates at which people work', () => {
  const pace = new Pace();
  const armed = Array.from({ length: 500 }, (_, index) => pace.note(index * 20, 1));
  expect(new Set(armed)).toEqual(new Set([true]));
});

it('disarms when commits come in hundreds a second, and arms again when they have become slow, after a second', () => {
  const pace = new Pace();
  for (let commit = 1; commit < 40; commit += 1) expect(pace.note(commit, 1)).toBe(true);
  expect(pace.note(40, 1)).toBe(false);
  const armed: number[] = [];
  for (let now = 44; now < 3_000; now += 4) if (pace.note(now, 0)) armed.push(now);
  expect(armed[0]).toBeGreaterThanOrEqual(1_040);
  expect(armed[0]).toBeLessThan(1_300);
});
