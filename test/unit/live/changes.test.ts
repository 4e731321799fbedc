import { expect, it } from 'vitest';
import { Arrival } from '../../../addon/web_live/socketio/changes/arrival.ts';
import { mergeChanges } from '../../../addon/web_live/socketio/changes/merge-changes.ts';
import { fromMark, toMark } from '../../../addon/web_live/socketio/mark.ts';
import { arrival } from '../../support/live/arrivals.ts';

const all = ({ ids }: Arrival) => ({ ids, spread: ids?.length ?? 9 });

it('What one user does to several records is told together, and each op by itself', () => {
  const changes = [arrival([1]), arrival([2, 1]), arrival([3], { who: 4 }), arrival([1], { op: 'unlink' })];
  expect(mergeChanges(changes, 'm', all)).toEqual([
    { model: 'res.partner', op: 'write', ids: [1, 2], who: 3, spread: 2, mark: 'm' },
    { model: 'res.partner', op: 'write', ids: [3], who: 4, spread: 1, mark: 'm' },
    { model: 'res.partner', op: 'unlink', ids: [1], who: 3, spread: 1, mark: 'm' },
  ]);
});

it('Beside what is too much to name, the rest of a model is no news', () => {
  const changes = [
    arrival([1]),
    arrival(null),
    arrival([2]),
    arrival(null),
    arrival([5], { model: 'res.users' }),
  ];
  expect(mergeChanges(changes, 'm', all)).toMatchObject([
    { model: 'res.partner', op: 'many', ids: null },
    { model: 'res.users', ids: [5] },
  ]);
});

it('What a page does not show is not told', () => {
  expect(mergeChanges([arrival([1])], 'm', () => null)).toEqual([]);
});

it.each([
  [{ ids: 'all', op: 'write' }],
  [{ ids: [1, 'x'], op: 'write' }],
  [{ ids: [1], op: 'explode' }],
  [{}],
])('Of a message that cannot be understood, anything may have changed: %j', (values) => {
  const { op, ids } = new Arrival({
    ...{ id: '1', channel: 'web_live', uid: null, date: '' },
    values: { model: 'res.partner', ...values },
  });
  expect([op, ids]).toEqual(['many', null]);
});

it('A mark names a moment of this sidecar, and of no other', () => {
  const now = performance.now();
  expect(fromMark(toMark(now), now)).toBe(now);
  expect(fromMark(toMark(now + 1), now)).toBe(null);
  expect(fromMark(`other:${now}`, now)).toBe(null);
  for (const mark of [undefined, '', ':', toMark(now).replace(/:.*/, ':')])
    expect(fromMark(mark, now)).toBe(null);
});
