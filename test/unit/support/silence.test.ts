import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Silence } from '../../support/process/silence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('waits for as long as something is heard, and no longer', () => {
  const silence = new Silence(1_000);
  for (let times = 0; times < 100; times += 1) {
    vi.advanceTimersByTime(999);
    silence.break();
  }
  expect(silence.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1_000);
  expect(silence.signal.aborted).toBe(true);
});

it('leaves no timer behind', () => {
  const silence = new Silence(1_000);
  silence.end();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(2_000);
  expect(silence.signal.aborted).toBe(false);
});
