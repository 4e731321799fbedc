import { expect, it } from 'vitest';
import { atLeast, atMost, isMet, ourMost } from '../../bench/aim.ts';
import { toCount, toRow } from '../../bench/row.ts';
import { tableLines, withRange } from '../../bench/table.ts';

it('a value stands with the range of its rounds', () => {
  expect(withRange(2, [3, 1, 2])).toBe('2.00 (1.00–3.00)');
  expect(withRange(2, [2])).toBe('2.00');
});

it('an aim is a bound of the ratio, or of our own figure', () => {
  const row = { value: 12, ratio: 1.2 };
  expect([atMost(1.2), atLeast(1.2), ourMost(12)].map((aim) => isMet(aim, row))).toEqual([true, true, true]);
  expect([atMost(1.1), atLeast(1.3), ourMost(11)].map((aim) => isMet(aim, row))).toEqual([
    false,
    false,
    false,
  ]);
  expect(isMet(atMost(1), { value: 1, ratio: null })).toBe(false);
});

it('the table says of each row what was aimed at, and whether it was met', () => {
  const [headings, met, missed, counted] = tableLines([
    { ...toRow('quick', 'ms', [1, 2], [2, 2]), aims: [atMost(1)] },
    { ...toRow('big', 'kB', [13], [13]), aims: [atMost(1), ourMost(12)], processor: [0.5, 1.5] },
    toCount('asks', '', [7]),
  ]);
  expect(headings).toMatch(/^row +unit +ours +baseline +ratio +CPU ratio +aim/);
  expect(met).toMatch(
    /^quick +ms +1\.50 \(1\.00–2\.00\) +2\.00 \(2\.00–2\.00\) +0\.75 \(0\.50–1\.00\) +at most 1 +met$/,
  );
  expect(missed).toMatch(/1\.00 \(0\.50–1\.50\) +at most 1, at most 12 kB +met, MISSED$/);
  expect(counted).toMatch(/^asks +7\.00$/);
});
