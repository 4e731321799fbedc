import { expect, it } from 'vitest';
import { median, percentile, ratiosOf, toCount, toRow } from '../../bench/row.ts';

it('the median of an odd number of values is the middle one', () => {
  expect(median([9, 1, 5])).toBe(5);
});

it('the median of an even number of values is the mean of the two middle ones', () => {
  expect(median([4, 1, 2, 9])).toBe(3);
  expect(median([1, 2])).toBe(1.5);
});

it('nothing has no median and no percentile', () => {
  expect(() => median([])).toThrow('A median of no values');
  expect(() => percentile([], 0.5)).toThrow('A percentile of no values');
});

it('a percentile is the least value that covers its share', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentile(values, 0.99)).toBe(198);
  expect(percentile(values, 1)).toBe(200);
  expect(percentile([7], 0.5)).toBe(7);
});

it('the ratio of a row is the median of the ratios of its rounds, and not the ratio of the medians', () => {
  const row = toRow('one', 'ms', [1, 20, 6], [1, 10, 2]);
  expect(row).toMatchObject({ value: 6, baseline: 2, rounds: [1, 2, 3], ratio: 2 });
});

it('a round that only one of the two was measured in is an error', () => {
  expect(() => ratiosOf([1, 2], [1])).toThrow('2 rounds of ours stand beside 1');
});

it('what is only counted has no ratio', () => {
  expect(toCount('asks', 'asks', [1, 2, 4])).toMatchObject({ value: 2, baseline: null, ratio: null });
});
