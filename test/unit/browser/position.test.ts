import { expect, it } from 'vitest';
import { Positions } from '../../../addon/web_socketio/src/messages/position.ts';
import { readPositions, toPagePosition } from '../../../sidecar/src/delivery/each/page-position.ts';
import type { Position } from '../../../sidecar/src/delivery/each/position.ts';

/** As the sidecar has it. */
const inside = (snapshot: string, more: Partial<Position> = {}): Position => ({
  ...{ epoch: 'e', snapshot, ids: [] },
  ...more,
});
/** As the page has it. */
const at = (snapshot: string, more: Partial<Position> = {}) => toPagePosition(inside(snapshot, more));
const progress = (id: number, upto = '9:9:') => ({ upto, txid: '5', id: `${id}` });

it('keeps the 200 youngest positions, says that it forgot others, and the server takes all of it', () => {
  const positions = new Positions();
  positions.enter({ '*': at('1:1:') });
  for (let n = 0; n < 7_200; n += 1) {
    positions.keep({ [`my_addon.Mine[${n}]`]: at('2:2:') });
    // What is used goes on being known.
    if (n % 100 === 0) positions.keep({ 'my_addon.Other': at('2:2:') });
  }
  const told = positions.toJSON();
  expect(JSON.stringify(told).length).toBeLessThan(100_000);
  const read = readPositions(JSON.parse(JSON.stringify(told))) ?? {};
  expect(Object.keys(read)).toHaveLength(201);
  expect(read['*']).toEqual(inside('1:1:', { forgot: true }));
  expect(Object.keys(read)).toContain('my_addon.Mine[7199]');
  expect(Object.keys(read)).toContain('my_addon.Other');
  expect(Object.keys(read)).not.toContain('my_addon.Mine[0]');
});

it('tells no more than a tenth of what the server takes as one message', () => {
  const positions = new Positions();
  const ids = Array.from({ length: 1_000 }, (_, id) => `${id + 1_000_000}`);
  positions.enter({ '*': at('1:1:') });
  for (let n = 0; n < 100; n += 1) positions.keep({ [`my_addon.Mine[${n}]`]: at('2:2:', { ids }) });
  const told = positions.toJSON();
  expect(JSON.stringify(told).length).toBeLessThan(101_000);
  expect(told['*']?.forgot).toBe(true);
  expect(Object.keys(told)).toContain('my_addon.Mine[99]');
});

it('forgets nothing of a page with few positions', () => {
  const positions = new Positions();
  positions.enter({ '*': at('1:1:'), a: at('2:2:', { done: progress(3) }) });
  expect(positions.toJSON()).toEqual({ '*': at('1:1:'), a: at('2:2:', { done: progress(3) }) });
  expect(readPositions(positions.toJSON())).toEqual({
    ...{ '*': inside('1:1:'), a: inside('2:2:', { done: progress(3) }) },
  });
});

it('takes the later of two places in the same read, in whatever order they come', () => {
  for (const ids of [
    [7, 12],
    [12, 7],
  ]) {
    const positions = new Positions();
    for (const id of ids) positions.keep({ a: at('2:2:', { done: progress(id) }) });
    expect(positions.toJSON()['a']).toEqual(at('2:2:', { done: progress(12) }));
    positions.keep({ a: at('2:2:') });
    expect(positions.toJSON()['a']?.done).toEqual(at('', { done: progress(12) }).done);
  }
});

it('takes of two positions of different reads the later as it is', () => {
  const positions = new Positions();
  positions.keep({ a: at('2:2:', { done: progress(12) }) });
  positions.keep({ a: at('9:9:') });
  expect(positions.toJSON()['a']).toEqual(at('9:9:'));
  positions.keep({ a: at('2:2:', { done: progress(13) }) });
  expect(positions.toJSON()['a']).toEqual(at('9:9:'));
  positions.keep({ a: at('9:9:', { done: progress(20, '12:12:') }) });
  positions.keep({ a: at('9:9:', { done: progress(18, '13:13:') }) });
  expect(positions.toJSON()['a']).toEqual(at('9:9:', { done: progress(18, '13:13:') }));
  positions.keep({ a: at('9:9:', { done: progress(19, '12:12:') }) });
  expect(positions.toJSON()['a']).toEqual(at('9:9:', { done: progress(19, '12:12:') }));
});

it('leaves out of a position what no sidecar wrote', () => {
  const read = (position: unknown) => readPositions({ a: position })?.['a'];
  const done = { read: '9:9:', at: '5 6' };
  expect(read({ ...at('2:2:'), done })).toEqual(inside('2:2:', { done: progress(6) }));
  for (const wrong of [
    { read: "1:1:'" },
    { read: 9 },
    { at: `5 ${'9'.repeat(40)}` },
    { at: '5' },
    { at: 5 },
  ]) {
    const position = { ...at('2:2:'), done: { ...done, ...wrong }, failed: { 7: 'many' } };
    expect(read(position), JSON.stringify(wrong)).toEqual(inside('2:2:'));
  }
  expect(read({ ...at('2:2:'), failed: { 7: 2 } })).toEqual(inside('2:2:', { failed: { 7: 2 } }));
});

it.each([[null], [7], ['x'], [[]], [{ epoch: 'e', snapshot: '2:2:', ids: [] }]])(
  'takes %j, which is not a position, for one of another database',
  (wrong) => {
    const foreign = { epoch: '', snapshot: '', ids: [] };
    expect(readPositions({ a: wrong, '*': wrong })).toEqual({ a: foreign, '*': foreign });
  },
);

it('says nothing of what was forgotten while there are no more than the server takes', () => {
  const positions = new Positions();
  positions.enter({ '*': at('1:1:') });
  for (let n = 0; n < 200; n += 1) positions.keep({ [`my_addon.Mine[${n}]`]: at('2:2:') });
  const read = readPositions(positions.toJSON()) ?? {};
  expect(Object.keys(read)).toHaveLength(201);
  expect(read['*']).toEqual(inside('1:1:'));
});
