import { expect, it } from 'vitest';
import { EarlyFrames } from '../../../sidecar/src/bus/early-frames.ts';

function start() {
  const early = new EarlyFrames({ path: '/websocket', headers: {} });
  return { early, texts: () => early.all.map(String) };
}

it('gives the subscription first, the last of several, and then the events', () => {
  const { early, texts } = start();
  expect(texts()).toEqual([]);
  early.add(Buffer.from('event 1'), false);
  early.add(Buffer.from('first'), true);
  early.add(Buffer.from('second'), true);
  early.add(Buffer.from('event 2'), false);
  expect(texts()).toEqual(['second', 'event 1', 'event 2']);
});

it('keeps the last 16 events of a page that nobody looks at', () => {
  const { early, texts } = start();
  early.add(Buffer.from('subscription'), true);
  for (let index = 0; index < 1_000; index += 1) early.add(Buffer.from(`event ${index}`), false);
  expect(texts()).toHaveLength(17);
  expect([texts()[0], texts()[1], texts().at(-1)]).toEqual(['subscription', 'event 984', 'event 999']);
});

it('keeps no more than a megabyte of them', () => {
  const { early } = start();
  for (let index = 0; index < 10; index += 1) early.add(Buffer.alloc(400_000), false);
  expect(early.all).toHaveLength(2);
});
