import { expect, it } from 'vitest';
import { bytes, count, duration, rate } from '../../../sidecar/src/top/figures.ts';

it('writes numbers that fit into a column', () => {
  expect([0, 7, 999, 12_345, 1_234_567].map(count)).toEqual(['0', '7', '999', '12,345', '1.2M']);
  expect([0, 0.25, 3, 9.96, 12.4, 9_999, 12_345].map(rate)).toEqual([
    ...['0', '0.3', '3.0', '10', '12', '9,999', '12.3k'],
  ]);
  expect(
    [0, 0.0004, 0.003, 0.9994, 0.9996, 1.5, 4, 12.2, 119, 120, 7_169, 7_200, 200_000].map(duration),
  ).toEqual([
    ...[
      '0 s',
      '<1 ms',
      '3 ms',
      '999 ms',
      '1.0 s',
      '1.5 s',
      '4 s',
      '12 s',
      '119 s',
      '2 min',
      '119 min',
      '2 h',
      '2 d',
    ],
  ]);
  expect([4_000, 182_400_000].map(bytes)).toEqual(['4 kB', '182 MB']);
});
