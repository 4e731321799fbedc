import { expect, it } from 'vitest';
import type { Arrival } from '../../../sidecar/src/delivery/arrival.ts';
import { byChannel } from '../../../sidecar/src/delivery/each/by-channel.ts';

function read(...channels: readonly string[]): Arrival[] {
  return channels.map((channel, index) => ({
    message: { id: String(index), channel, uid: null, date: '', values: {} },
    txid: '1',
    size: 2,
  }));
}

it.each([
  { read: [], found: [] },
  { read: ['a'], found: [['a', '0']] },
  { read: ['a', 'a'], found: [['a', '0', '1']] },
  {
    read: ['a', 'b', 'a'],
    found: [
      ['a', '0', '2'],
      ['b', '1'],
    ],
  },
])('gives the messages of channels $read by their channel, in order', ({ read: channels, found }) => {
  const groups = [...byChannel(read(...channels))];
  expect(groups.map(([channel, messages]) => [channel, ...messages.map(({ id }) => id)])).toEqual(found);
});
