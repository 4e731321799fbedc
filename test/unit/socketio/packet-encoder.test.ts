import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser';
import { expect, it } from 'vitest';
import { keepText } from '../../../sidecar/src/lib/json-text.ts';
import { PacketEncoder } from '../../../sidecar/src/socketio/packets/packet-encoder.ts';

const kept = keepText(
  { text: 'é "quoted" \u0000', inner: { list: [1, null] } },
  '{ "text": "\\u00e9 \\"quoted\\" \\u0000", "inner": {"list":[1,null]}}',
);

function decode(encoded: unknown[]): Packet[] {
  const packets: Packet[] = [];
  const decoder = new Decoder();
  decoder.on('decoded', (packet) => packets.push(packet));
  for (const part of encoded) decoder.add(part);
  return packets;
}

it('says the same as the encoder of Socket.IO, whatever is sent', () => {
  const data = [
    ['event'],
    ['event', kept],
    ['event', [kept, kept], 'text', 1.5, true, null],
    ['event', []],
    ['event', [[kept]]],
    ['event', { plain: 'object' }, undefined],
    ['event', [kept, { plain: 'object' }]],
    ['event', Buffer.from('binary')],
    ['event', Number.NaN],
  ];
  for (const nsp of ['/', '/mine']) {
    for (const id of [undefined, 17]) {
      for (const args of data) {
        for (const type of [PacketType.EVENT, PacketType.ACK]) {
          const packet = { type, nsp, data: args, ...(id === undefined ? {} : { id }) };
          expect(decode(new PacketEncoder().encode(packet))).toEqual(decode(new Encoder().encode(packet)));
        }
      }
    }
  }
});

it('puts the text that was kept in place as it is', () => {
  const packet = { type: PacketType.EVENT, nsp: '/mine', id: 3, data: ['event', [kept]] };
  expect(new PacketEncoder().encode(packet)).toEqual([
    '2/mine,3["event",[{ "text": "\\u00e9 \\"quoted\\" \\u0000", "inner": {"list":[1,null]}}]]',
  ]);
});

it('freezes what it keeps the text of: a change would be lost without a word', () => {
  expect(() => Object.assign(kept, { text: 'other' })).toThrow(TypeError);
  expect(() => kept.inner.list.push(2)).toThrow(TypeError);
});
