import { expect, it } from 'vitest';
import { Standstill } from '../../../sidecar/src/observability/watchdog/standstill.ts';

it('is over with the next beat, also for who asks when another one has begun', () => {
  const counter = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const first = new Standstill(counter);
  expect(first.lasts).toBe(true);
  Atomics.add(counter, 0, 1);
  expect(first.lasts).toBe(false);
  const second = new Standstill(counter);
  expect([first.lasts, second.lasts]).toEqual([false, true]);
  expect(Number(second.seconds)).toBeGreaterThanOrEqual(0);
});
