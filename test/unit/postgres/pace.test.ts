import { expect, it } from 'vitest';
import { Pace } from '../../../sidecar/src/postgres/read/pace.ts';

it('stays armed at the rates at which people work', () => {
  const pace = new Pace();
  const armed = Array.from({ length: 500 }, (_, index) => pace.note(index * 20, 1));
  expect(new Set(armed)).toEqual(new Set([true]));
});

it('stays armed at hundreds a second, where nobody has to wait for the NOTIFY of another one', () => {
  const pace = new Pace();
  const armed = Array.from({ length: 5_000 }, (_, index) => pace.note(index * 2, 1));
  expect(new Set(armed)).toEqual(new Set([true]));
});

it('disarms when a thousand commits come a second, and arms again when they have become slow, after a second', () => {
  const pace = new Pace();
  for (let commit = 1; commit < 200; commit += 1) expect(pace.note(commit / 2, 1)).toBe(true);
  expect(pace.note(100, 1)).toBe(false);
  const armed: number[] = [];
  for (let now = 104; now < 3_000; now += 4) if (pace.note(now, 0)) armed.push(now);
  expect(armed[0]).toBeGreaterThanOrEqual(1_100);
  expect(armed[0]).toBeLessThan(1_400);
});

it('disarms at once when a writer has to wait for another one', () => {
  const pace = new Pace();
  expect(pace.note(0, 1)).toBe(true);
  pace.busy(1);
  expect(pace.note(2, 1)).toBe(false);
});

it('is in a rush from thousands of commits a second on, and no longer when a window brought fewer', () => {
  const pace = new Pace();
  pace.note(0, 500);
  expect(pace.isRush).toBe(false);
  pace.note(200, 300);
  expect(pace.isRush).toBe(true);
  pace.note(400, 0);
  expect(pace.isRush).toBe(false);
});
