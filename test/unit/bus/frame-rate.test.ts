import { expect, it } from 'vitest';
import { FrameRate } from '../../../sidecar/src/bus/frame-rate.ts';

const BURST = 10;
const DELAY_MS = 200;

/** How many of those that come at these times are taken. */
function taken(times: readonly number[]): number {
  const rate = new FrameRate();
  return times.filter((time) => rate.take(time, BURST, DELAY_MS)).length;
}

it('takes as many frames at once as the burst allows, and refuses the next', () => {
  expect(taken(Array.from({ length: 11 }, () => 0))).toBe(10);
});

it('takes frames for ever that keep the delay', () => {
  expect(taken(Array.from({ length: 100 }, (_, index) => index * DELAY_MS))).toBe(100);
});

it('refuses the one that is a little too soon after ten others', () => {
  const ten = Array.from({ length: 10 }, (_, index) => index);
  expect(taken([...ten, BURST * DELAY_MS - 1])).toBe(10);
  expect(taken([...ten, BURST * DELAY_MS])).toBe(11);
});

it('counts by what Odoo says now, when that has changed', () => {
  const rate = new FrameRate();
  for (let index = 0; index < 10; index += 1) rate.take(0, 10, DELAY_MS);
  expect(rate.take(0, 2, DELAY_MS)).toBe(false);
  expect(rate.take(2 * DELAY_MS, 2, DELAY_MS)).toBe(true);
});
