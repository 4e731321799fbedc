import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AnswerClock, Expectant } from '../../../sidecar/src/socketio/sending/answer-clock.ts';
import { ANSWER_MS } from '../../../sidecar/src/socketio/sending/answer-time.ts';

class Waiting extends Expectant {
  readonly #overdue: (waiting: Waiting) => void;

  constructor(overdue: (waiting: Waiting) => void) {
    super();
    this.#overdue = overdue;
  }

  override overdue(): void {
    this.#overdue(this);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('tells each when it has waited long enough, and nobody who waits no more', () => {
  const clock = new AnswerClock();
  const overdue: string[] = [];
  const wait = (name: string) => {
    const waiting = new Waiting(() => void overdue.push(name));
    clock.add(waiting);
    return waiting;
  };
  const answered = wait('answered');
  wait('first');
  vi.advanceTimersByTime(ANSWER_MS / 2);
  wait('second');
  const last = wait('last');
  clock.delete(answered);
  clock.delete(answered);
  vi.advanceTimersByTime(ANSWER_MS / 2);
  expect(overdue).toEqual(['first']);
  clock.delete(last);
  vi.advanceTimersByTime(ANSWER_MS / 2 - 1);
  expect(overdue).toEqual(['first']);
  vi.advanceTimersByTime(1);
  expect(overdue).toEqual(['first', 'second']);
  // Nobody waits, and the next one has all of its time.
  vi.advanceTimersByTime(10 * ANSWER_MS);
  wait('late');
  vi.advanceTimersByTime(ANSWER_MS - 1);
  expect(overdue).not.toContain('late');
  vi.advanceTimersByTime(1);
  expect(overdue).toContain('late');
});

it('lets one wait again, and one call off another', () => {
  const clock = new AnswerClock();
  let turns = 0;
  const other = new Waiting(() => expect.fail('It was called off.'));
  const again = new Waiting((waiting) => {
    turns += 1;
    clock.delete(other);
    if (turns < 3) clock.add(waiting);
  });
  clock.add(again);
  clock.add(other);
  vi.advanceTimersByTime(10 * ANSWER_MS);
  expect(turns).toBe(3);
});

it('tells nobody later because somebody before goes on waiting', () => {
  const clock = new AnswerClock();
  const overdue: number[] = [];
  const again = new Waiting((waiting) => clock.add(waiting));
  clock.add(again);
  vi.advanceTimersByTime(1_000);
  clock.add(new Waiting(() => void overdue.push(1)));
  vi.advanceTimersByTime(ANSWER_MS);
  expect(overdue).toEqual([1]);
  clock.delete(again);
});

it('keeps no process alive: when the last connection has gone, nothing is left open', () => {
  vi.useRealTimers();
  const timeouts = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timeouts();
  const clock = new AnswerClock();
  const waiting = new Waiting(() => undefined);
  clock.add(waiting);
  expect(timeouts()).toBe(before);
  clock.delete(waiting);
});
