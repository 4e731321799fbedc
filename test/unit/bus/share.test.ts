import { expect, it } from 'vitest';
import type { Notification } from '../../../sidecar/src/bus/notification.ts';
import { Share } from '../../../sidecar/src/bus/share.ts';

const notification = (id: number): Notification => ({ id, txid: '1', channel: 'c', text: `{"id":${id}}` });
const ONE = notification(1);
const TWO = notification(2);
const THREE = notification(3);
const MARK = notification(9);
const exact = { notifications: [], inexact: new Set<number>(), mark: null };

function text(frame: Buffer): string {
  return frame.subarray(2).toString();
}

it('sockets that get the same notifications have the same frame, encoded once', () => {
  const none = Share.none();
  const one = none.with(ONE).with(THREE);
  expect(none.with(ONE).with(THREE)).toBe(one);
  expect(one.frame(exact)).toBe(none.with(ONE).with(THREE).frame(exact));
  expect(text(one.frame(exact))).toBe('[{"id":1},{"id":3}]');
});

it('sockets that get other notifications have another frame', () => {
  const none = Share.none();
  const shares = [
    none.with(ONE),
    none.with(TWO),
    none.with(THREE),
    none.with(ONE).with(TWO),
    none.with(TWO).with(THREE),
  ];
  expect(shares.map((share) => text(share.frame(exact)))).toEqual([
    ...['[{"id":1}]', '[{"id":2}]', '[{"id":3}]', '[{"id":1},{"id":2}]', '[{"id":2},{"id":3}]'],
  ]);
  expect(none.with(TWO)).toBe(shares[1]);
  expect(none.with(THREE)).toBe(shares[2]);
});

it('a frame ends with the mark if its last notification does not say what was received, and only then', () => {
  const read = { notifications: [], inexact: new Set([2]), mark: MARK };
  const none = Share.none();
  expect(text(none.with(ONE).with(TWO).frame(read))).toBe('[{"id":1},{"id":2},{"id":9}]');
  expect(text(none.with(TWO).with(THREE).frame(read))).toBe('[{"id":2},{"id":3}]');
});
