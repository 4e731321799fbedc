import { expect, it } from 'vitest';
import { BackOff } from '../../../sidecar/src/lib/back-off.ts';

it('waits longer after each failure, never above the limit, and never twice the same', () => {
  const backOff = new BackOff(100, 5_000);
  const waits = Array.from({ length: 12 }, () => backOff.next());
  for (const [index, wait] of waits.entries()) {
    const full = Math.min(5_000, 100 * 2 ** index);
    expect(wait).toBeGreaterThanOrEqual(full / 2);
    expect(wait).toBeLessThanOrEqual(full);
  }
  backOff.reset();
  expect(backOff.next()).toBeLessThanOrEqual(100);
});
