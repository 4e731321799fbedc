import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Gateway } from '../../../sidecar/src/socketio/gateway.ts';
import { SocketCursors, TELL_MS, TELL_READ } from '../../../sidecar/src/socketio/reading/socket-cursors.ts';

it('tells a page where it stands when much was read that is not for it, and else now and then', async () => {
  const delivery = {
    head: 7,
    position: { epoch: 'e', snapshot: '1:1:', ids: [] },
  };
  // Of a gateway no more is used than that.
  const gateway = Reflect.apply((value: unknown) => value as Gateway, null, [{ delivery }]);
  let told = 0;
  const send = () => {
    told += 1;
  };
  const owner = { gateway, send, gather: () => undefined, resync: () => undefined };
  const places = new SocketCursors(owner, {});
  const tellAt = async (seconds: number) => {
    places.tellIfOld(performance.now() + seconds * 1_000);
    await setImmediate();
    return told;
  };
  await setImmediate();
  expect(told).toBe(1);
  delivery.head += TELL_READ - 1;
  expect(await tellAt(0)).toBe(1);
  delivery.head += 1;
  expect(await tellAt(0)).toBe(2);
  expect(await tellAt(0)).toBe(2);
  expect(await tellAt(TELL_MS / 1_000)).toBe(3);
  places.close();
});
