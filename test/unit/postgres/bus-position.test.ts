import { expect, it } from 'vitest';
import { positionOf } from '../../../sidecar/src/postgres/bus/bus-mark.ts';
import { BusPosition } from '../../../sidecar/src/postgres/bus/bus-position.ts';

it('has received what its snapshot sees, and nothing else', () => {
  const position = BusPosition.of('10:20:10,15', '10:20:10,15', null);
  const seen = [9, 10, 14, 15, 19, 20].filter((txid) => position.sees(BigInt(txid), 1));
  expect(seen).toEqual([9, 14, 19]);
});

it('has received of a flood what comes before the end of the part, and all of before the flood', () => {
  const position = BusPosition.of('10:12:10', '20:30:25', { txid: '17', id: '500' });
  const has = (txid: bigint, id: number) => position.sees(txid, id);
  expect([has(11n, 900), has(10n, 900), has(17n, 500)]).toEqual([true, true, true]);
  expect([has(17n, 501), has(18n, 1), has(25n, 1), has(30n, 1)]).toEqual([false, false, false, false]);
  expect(position.whole).toBeNull();
});

it('is the same when it comes back out of a mark', () => {
  for (const end of [null, { txid: '17', id: '500' }]) {
    const { text } = BusPosition.of('10:12:10', '20:30:25', end);
    const message = `{"type":"web_socketio_bus.position","payload":${text}}`;
    expect(positionOf(message)?.text).toBe(text);
  }
});

it.each([
  ['no JSON', '{'],
  ['no payload', '{"type": "x"}'],
  ['a payload of null', '{"payload": null}'],
  ['no snapshot', '{"payload": {"since": "1:2:", "upto": "nothing", "txid": null, "id": null}}'],
  ['half a place', '{"payload": {"since": "1:2:", "upto": "1:2:", "txid": "5", "id": null}}'],
  ['a place of no number', '{"payload": {"since": "1:2:", "upto": "1:2:", "txid": "5", "id": "x"}}'],
])('is none in a row that somebody else has written: %s', (_, message) => {
  expect(positionOf(message)).toBeNull();
});
