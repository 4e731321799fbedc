import { expect, it } from 'vitest';
import { ForgottenKeys } from '../../../sidecar/src/socketio/reading/forgotten-keys.ts';

it('knows every key that was dropped, and takes few others for one', () => {
  const keys = new ForgottenKeys();
  expect(keys.has('my_addon.Mine[1]')).toBe(false);
  for (let n = 0; n < 7_200; n += 1) keys.add(`my_addon.Mine[${n}]`);
  const count = (name: string) =>
    Array.from({ length: 7_200 }, (_, n) => keys.has(`my_addon.${name}[${n}]`)).filter(Boolean).length;
  expect(count('Mine')).toBe(7_200);
  expect(count('Other')).toBe(0);
});
