import { expect, it } from 'vitest';
import type { Change } from '../../../addon/web_live/socketio/protocol.ts';
import { Marks } from '../../../addon/web_live/src/lists/marks.ts';

const SELF = 2;
const change = (ids: number[] | null, who: number | null, op: Change['op'] = 'write'): Change => ({
  ...{ model: 'task', op, ids, who, spread: 0, mark: '' },
});
const make = () => new Marks(() => SELF);

it('What others have changed is marked with who it was last, once', () => {
  const marks = make();
  marks.changed(change([1, 2], 7));
  marks.changed(change([2, 3], 8));
  marks.changed(change([4], null));
  expect(marks.take([1, 2, 4, 5])).toEqual(
    new Map([
      [1, 7],
      [2, 8],
      [4, null],
    ]),
  );
  expect(marks.take([1, 2, 3])).toEqual(new Map());
});

it('What has come to show is marked, too, unless the user has turned to it himself', () => {
  const marks = make();
  marks.differs([1, 2], 7);
  expect(marks.take([1, 3])).toEqual(new Map([[3, 7]]));
  marks.differs([1, 3], 7);
  marks.forgetNewcomers();
  expect(marks.take([8, 9])).toEqual(new Map());
});

it('Neither what the user has changed himself is marked, nor what is deleted', () => {
  const marks = make();
  marks.changed(change([1], SELF));
  marks.changed(change([2], 7, 'unlink'));
  marks.changed(change(null, 7, 'many'));
  marks.differs([1, 2], SELF);
  expect(marks.take([1, 2, 3])).toEqual(new Map());
});
