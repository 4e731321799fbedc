import { expect, it } from 'vitest';
import type { Message } from '../../../sidecar/src/api/message.ts';
import { isFor, ListenerIndex } from '../../../sidecar/src/delivery/listening/listener-index.ts';

function message(values: Record<string, unknown>): Message {
  return { id: '1', channel: 'news', uid: null, date: '', values };
}

it('finds those whose key has the wanted value, and those who want to see everything', () => {
  const index = new ListenerIndex<{ key: string | null; wanted: unknown; name: string }>();
  const listeners = [
    { key: 'to_id', wanted: 2, name: 'two' },
    { key: 'to_id', wanted: 3, name: 'three' },
    { key: 'room', wanted: 'a', name: 'room a' },
    { key: null, wanted: 2, name: 'all' },
  ];
  for (const listener of listeners) index.add(listener);
  const names = (...messages: Message[]) => index.matching(messages).map(({ name }) => name);
  expect(names(message({ to_id: 2 }))).toEqual(['all', 'two']);
  expect(names(message({ to_id: '2' }))).toEqual(['all']);
  expect(names(message({ to_id: 3, room: 'a' }), message({ to_id: 2 }))).toEqual([
    'all',
    'three',
    'two',
    'room a',
  ]);
  for (const listener of listeners) index.delete(listener);
  expect(names(message({ to_id: 2 }))).toEqual([]);
  expect(index.size).toBe(0);
});

it('finds those who want one of a list of values, each once', () => {
  const index = new ListenerIndex<{ key: string | null; wanted: unknown }>();
  const [two, three] = [2, 3].map((wanted) => ({ key: 'to_ids', wanted }));
  if (two === undefined || three === undefined) throw new Error('no listeners');
  index.add(two);
  index.add(three);
  const listed = message({ to_ids: [2, 2, 4] });
  expect(index.matching([listed])).toEqual([two]);
  expect(index.matching([listed, message({ to_ids: [3, 2] }), message({ to_ids: 3 })])).toEqual([two, three]);
  expect(isFor(two, listed)).toBe(true);
  expect(isFor(three, listed)).toBe(false);
});
