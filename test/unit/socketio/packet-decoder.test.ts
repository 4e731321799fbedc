import type { Packet } from 'socket.io-parser';
import { expect, it } from 'vitest';
import { decoderOf } from '../../../sidecar/src/socketio/packets/packet-decoder.ts';

function open() {
  const decoder = new (decoderOf(1_000))();
  const got: Packet['data'][] = [];
  decoder.on('decoded', ({ data }) => got.push(data));
  return { decoder, got };
}

const HALF = '51-["file",{"_placeholder":true,"num":0}]';

it('gives each connection its own packets, while others wait for their attachments', () => {
  const [one, other] = [open(), open()];
  one.decoder.add('2["text",1]');
  one.decoder.add(HALF);
  other.decoder.add('2["text",2]');
  other.decoder.add(HALF);
  one.decoder.add(Buffer.from('a'));
  other.decoder.add(Buffer.from('b'));
  one.decoder.add('2["text",3]');
  expect(one.got).toEqual([
    ['text', 1],
    ['file', Buffer.from('a')],
    ['text', 3],
  ]);
  expect(other.got).toEqual([
    ['text', 2],
    ['file', Buffer.from('b')],
  ]);
});

it('takes nothing that is out of order', () => {
  const { decoder, got } = open();
  expect(() => decoder.add(Buffer.from('a'))).toThrow('when not reconstructing');
  decoder.add(HALF);
  expect(() => decoder.add('2["text",1]')).toThrow('got plaintext data');
  expect(() => open().decoder.add('2{"no":"event"}')).toThrow('invalid payload');
  expect(got).toEqual([]);
});

it('is not confused by a listener that throws, nor by a packet that makes another one', () => {
  const [one, other] = [open(), open()];
  const bad = new (decoderOf(1_000))();
  bad.on('decoded', () => {
    other.decoder.add('2["inner"]');
    throw new Error('out of order');
  });
  expect(() => bad.add('2["outer"]')).toThrow('out of order');
  one.decoder.add('2["after"]');
  expect([one.got, other.got]).toEqual([[['after']], [['inner']]]);
});

it('tells nobody any more who does not want to hear', () => {
  const { decoder, got } = open();
  decoder.removeListener('decoded');
  decoder.add('2["text"]');
  decoder.destroy();
  expect(got).toEqual([]);
});
