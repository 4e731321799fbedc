import { expect, it } from 'vitest';
import { Portion } from '../../../sidecar/src/delivery/listening/portion.ts';

const KILO = 1024;

/** One whole portion after the other, each of which took so many milliseconds. @returns the sizes that followed */
function sizesAfter(...took: readonly number[]): number[] {
  const portion = new Portion();
  let now = 1_000;
  return took.map((ms) => {
    portion.begin(now);
    now += ms;
    portion.end(now);
    return portion.size / KILO;
  });
}

it('doubles while it is done quickly, up to a megabyte', () => {
  expect(sizesAfter(10, 10, 10, 10, 10, 10)).toEqual([128, 256, 512, 1_024, 1_024, 1_024]);
});

it('halves when it takes more than a second, and stays where it is in between', () => {
  expect(sizesAfter(2_000, 600, 2_000, 2_000, 2_000)).toEqual([32, 32, 16, 16, 16]);
});

it('learns nothing of what was no whole portion, nor twice of the same', () => {
  const portion = new Portion();
  portion.end(9_000);
  portion.begin(10_000);
  portion.end(10_001);
  portion.end(20_000);
  expect(portion.size).toBe(128 * KILO);
});
