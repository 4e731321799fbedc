import { expect, it } from 'vitest';
import type { Change } from '../../../addon/web_live/socketio/protocol.ts';
import { Marks } from '../../../addon/web_live/src/lists/marks.ts';

const SELF = 2;
const change = (ids: number[] | null, who: number | null, op: Change['op'] = 'write'): Change => ({
  ...{ model: 'task', op, ids, who, spread: 0, mark: '' },
});
const make = () => new Marks(() => SELF);
const news = (changed: number[], fresh: number[] = []) => ({
  changed: new Set(changed),
  fresh: new Set(fresh),
});

it('What others have changed is marked with who it was last, once, if it is shown otherwise', () => {
  const marks = make();
  marks.changed(change([1, 2], 7));
  marks.changed(change([2, 3], 8));
  marks.changed(change([4], null));
  const marked = { 1: 7, 2: 8, 4: null };
  expect(Object.fromEntries(marks.take(news([1, 2, 4, 5]), false))).toEqual(marked);
  expect(marks.take(news([1, 2, 3]), false).size).toBe(0);
});

it('What was not shown before is marked with who has made it, or without a name', () => {
  const marks = make();
  marks.differs(7);
  expect(marks.take(news([], [3]), false)).toEqual(new Map([[3, 7]]));
  expect(marks.take(news([], [4]), false)).toEqual(new Map([[4, null]]));
});

it('What the user has loaded himself is not marked', () => {
  const marks = make();
  marks.differs(7);
  marks.changed(change([1], 7));
  marks.forget();
  expect(marks.take(news([1], [2]), true).size).toBe(0);
});

it('What the user has changed or made himself is not marked, not even if nobody says that it was he', () => {
  const marks = make();
  marks.changed(change([1], SELF));
  marks.differs(SELF);
  expect(marks.take(news([1], [2]), false).size).toBe(0);
  expect(marks.take(news([], [3]), true).size).toBe(0);
});
