import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Listener, Listening } from '../../../addon/web_live/socketio/model/listening.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const state = { interruptions: 0 };
  const heard: string[] = [];
  const listening = new Listening({
    model: 'res.partner',
    heard: () => undefined,
    interrupted: () => {
      state.interruptions += 1;
    },
  });
  const join = (name: string, isFull = false) => {
    const listener: Listener = {
      hear: () => {
        if (isFull) throw new Error('too_many_handlers');
        heard.push(name);
        return { abort: () => heard.splice(heard.indexOf(name), 1) };
      },
    };
    listening.join(listener);
    return listener;
  };
  return { state, heard, listening, join };
}

it('Two pages listen for all, and one that has listened for a minute stands in for the other without a gap', () => {
  const { state, heard, listening, join } = start();
  const [first] = [join('first'), join('second'), join('third')];
  expect([heard, state.interruptions]).toEqual([['first', 'second'], 1]);
  vi.advanceTimersByTime(60_000);
  listening.leave(first);
  listening.gone(first);
  expect([heard, state.interruptions]).toEqual([['first', 'second', 'third'], 1]);
});

it('If the other one has just begun, or there is none, there is a gap', () => {
  const { state, listening, join } = start();
  const first = join('first');
  vi.advanceTimersByTime(60_000);
  const second = join('second');
  listening.gone(first);
  expect(state.interruptions).toBe(2);
  listening.gone(second);
  expect(state.interruptions).toBe(3);
});

it('A page that may not run one more handler leaves it to another, and who closes its view goes on listening', () => {
  const { heard, listening, join } = start();
  join('full', true);
  const other = join('other');
  listening.leave(other);
  expect(heard).toEqual(['other']);
  listening.close();
  expect(heard).toEqual([]);
});
