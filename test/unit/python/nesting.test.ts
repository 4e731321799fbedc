import { expect, it } from 'vitest';
import { isTooDeep, MOST_LEVELS } from '../../../sidecar/src/python/nesting.ts';

const nested = (levels: number): unknown =>
  JSON.parse(`${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`);

it('takes what has as many levels as Python reads in any case, and no more', () => {
  for (const value of [null, 1, 'text', [], {}, [[]], { a: [{ b: [1] }] }, nested(MOST_LEVELS)])
    expect(isTooDeep(value)).toBe(false);
  expect(isTooDeep(nested(MOST_LEVELS + 2))).toBe(true);
  expect(isTooDeep([1, [2], nested(MOST_LEVELS)])).toBe(true);
});

it('is quick with much that is flat, and does not go down the stack', () => {
  expect(isTooDeep(Array.from({ length: 100_000 }, (_, one) => ({ one })))).toBe(false);
  expect(isTooDeep(nested(20_000))).toBe(true);
});
