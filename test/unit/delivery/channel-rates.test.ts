import { expect, it } from 'vitest';
import { ChannelRates } from '../../../sidecar/src/delivery/channel-rates.ts';

it('counts what came in the last minute, whatever came before', () => {
  const rates = new ChannelRates(3);
  const come = (...channels: string[]) => {
    for (const channel of channels) rates.count(channel);
    return Object.fromEntries(rates.next());
  };
  expect(come('news', 'news', 'work')).toEqual({ news: 2, work: 1 });
  expect(come('news')).toEqual({ news: 3, work: 1 });
  expect(come()).toEqual({ news: 3, work: 1 });
  expect(come('work')).toEqual({ news: 1, work: 1 });
  expect(come()).toEqual({ work: 1 });
});

it('counts no more than 200 channels by name: somebody may name one for each record', () => {
  const rates = new ChannelRates(3);
  for (let span = 0; span < 5; span += 1) {
    for (let channel = 0; channel < 1_000; channel += 1) rates.count(`${span}:${channel}`);
    rates.count(`${span}:0`);
    const counts = rates.next();
    expect(counts.size).toBe(200);
    if (span === 0) expect(counts.get('0:0')).toBe(2);
  }
});
