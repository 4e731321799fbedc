import { expect, it } from 'vitest';
import type { Message } from '../../../sidecar/src/api/message.ts';
import { Watch } from '../../../sidecar/src/delivery/listening/watch.ts';
import { WatchIndex } from '../../../sidecar/src/delivery/listening/watch-index.ts';

function message(values: Record<string, unknown>): Message {
  return { id: '1', channel: 'record', uid: null, date: '', values };
}

it('finds those who wait for what they watch, each once, and asks nobody else', () => {
  const index = new WatchIndex<string>();
  const watches = Array.from({ length: 1_000 }, () => new Watch('record', 'id'));
  for (const [number, watch] of watches.entries()) {
    for (const key of [number, `${number}`, 'all']) {
      watch.add(key, index);
      index.add(watch, key);
    }
    index.wait(watch, `listener ${number}`);
  }
  const found = (...messages: Message[]) => index.matching('record', messages);
  expect(found(message({ id: 7 }), message({ id: '7' }), message({ id: 8 }))).toEqual([
    'listener 7',
    'listener 8',
  ]);
  expect(found(message({ id: 1_000 }), message({ id: null }), message({ name: 7 }))).toEqual([]);
  expect(index.matching('order', [message({ id: 7 })])).toEqual([]);
  expect(found(message({ id: 'all' })).length).toBe(1_000);
  const [, one] = watches;
  if (one === undefined) throw new Error('no watch');
  index.leave(one, 'listener 1');
  expect(found(message({ id: 1 }))).toEqual([]);
  index.wait(one, 'listener 1 again');
  index.delete(one, 1);
  expect(found(message({ id: 1 }))).toEqual([]);
  expect(found(message({ id: '1' }))).toEqual(['listener 1 again']);
});

it('A message whose key is a list is found by each of its values, once', () => {
  const index = new WatchIndex<string>();
  const watch = new Watch('record', 'id');
  for (const key of [7, 8]) {
    watch.add(key, index);
    index.add(watch, key);
  }
  index.wait(watch, 'listener');
  expect(index.matching('record', [message({ id: [6, 7, 8, 8] })])).toEqual(['listener']);
  expect(index.matching('record', [message({ id: [6] }), message({ id: [] })])).toEqual([]);
  expect(watch.takes(message({ id: [6, 8] }))).toBe(true);
  expect(watch.takes(message({ id: [6, '8', [8]] }))).toBe(false);
});

it('A key is watched until none of its holders is left', () => {
  const watch = new Watch('record', 'id');
  const [one, other] = [{}, {}];
  watch.add(5, one);
  watch.add(5, other);
  expect(watch.delete(5, one)).toEqual([one]);
  expect(watch.delete(5, one)).toEqual([]);
  expect(watch.takes(message({ id: 5 }))).toBe(true);
  expect(watch.takes(message({ id: '5' }))).toBe(false);
  expect(watch.delete(5)).toEqual([other]);
  expect(watch.takes(message({ id: 5 }))).toBe(false);
  // The name of the page's position does not change with what is watched.
  expect(JSON.stringify(watch)).toBe('{"$watched":true}');
});
