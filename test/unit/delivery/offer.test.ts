import { expect, it } from 'vitest';
import type { Entry } from '../../../sidecar/src/delivery/each/log/entry.ts';
import { entriesWith, toOffer } from '../../../sidecar/src/delivery/each/log/offer.ts';

it.each([3, 30])('Of %i messages a reader gets those that name its value, alone or in a list', (count) => {
  const entries = Array.from({ length: count }, (_, index) => entry(index, [index, index + 1, index + 1]));
  const offer = toOffer([...entries, entry(count, 1)]);
  const ids = (wanted: unknown) => entriesWith(offer, 'to', wanted).map(({ message }) => message.id);
  expect(ids(1)).toEqual(['0', '1', `${count}`]);
  expect(ids(count)).toEqual([`${count - 1}`]);
  expect(ids('1')).toEqual([]);
});

function entry(seq: number, to: unknown): Entry {
  return {
    message: { id: String(seq), channel: 'news', uid: null, date: '', values: { to } },
    read: { number: 1, before: '1:1:', after: '2:2:' },
    ...{ seq, first: seq === 0, txid: '1', size: 10 },
  };
}
