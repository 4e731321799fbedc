import { expect, it, onTestFinished, vi } from 'vitest';
import { Deadline } from '../../../sidecar/src/lib/deadline.ts';

function start() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const parent = new AbortController();
  return { parent, deadline: new Deadline(2_000, parent.signal) };
}

it('is over when its time has passed', () => {
  const { deadline } = start();
  vi.advanceTimersByTime(1_999);
  expect([deadline.signal.aborted, deadline.passed]).toEqual([false, false]);
  vi.advanceTimersByTime(1);
  expect([deadline.signal.aborted, deadline.passed]).toEqual([true, true]);
  expect(deadline.signal.reason).toEqual(new Error('no answer in 2 s'));
});

it('is over with the signal that it belongs to', () => {
  const { parent, deadline } = start();
  parent.abort('stopped');
  expect([deadline.signal.reason, deadline.passed]).toEqual(['stopped', false]);
  expect(new Deadline(2_000, parent.signal).signal.reason).toBe('stopped');
});

it('leaves nothing behind once it was ended', () => {
  const { parent, deadline } = start();
  deadline.end();
  deadline.end();
  expect(vi.getTimerCount()).toBe(0);
  parent.abort();
  expect(deadline.signal.aborted).toBe(false);
});
