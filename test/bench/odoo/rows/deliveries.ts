import { setInterval, setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../row.ts';
import type { BusBenchmark } from '../bus-benchmark.ts';
import type { BusTarget } from '../servers/bus-target.ts';
import { BROWSERS } from '../servers/stage.ts';

const TO_ONE = 100;
/** No more than 20 commits a second: the rate at which people work. */
const INTERVAL_MS = 55;
const TO_ALL = 15;
/** So that what one notification leaves to do is not measured with the next. */
const REST_MS = 200;

/** @returns the median time from COMMIT to the one browser that a notification is for, in milliseconds */
async function measureOne(target: BusTarget, count: number): Promise<number> {
  const sent: { number: number; at: number }[] = [];
  for await (const _ of setInterval(INTERVAL_MS)) {
    sent.push(await target.send(Math.floor(Math.random() * BROWSERS)));
    if (sent.length === count) break;
  }
  const arrived = await target.waitFor(sent.map(({ number }) => number));
  return median(sent.map(({ number, at }) => (arrived.get(number) ?? at) - at));
}

/** @returns the median time from COMMIT to the last browser, in milliseconds */
async function measureLast(target: BusTarget, count: number): Promise<number> {
  const times: number[] = [];
  while (times.length < count) {
    const { number, at } = await target.send();
    times.push(((await target.waitFor([number])).get(number) ?? at) - at);
    await sleep(REST_MS);
  }
  return median(times);
}

async function measure(target: BusTarget): Promise<readonly number[]> {
  await target.connect();
  await target.rest();
  await measureOne(target, TO_ONE / 4);
  await measureLast(target, 2);
  const one = await measureOne(target, TO_ONE);
  let last = 0;
  const { server, postgres } = await target.timeProcessors(async () => {
    last = await measureLast(target, TO_ALL);
  });
  await target.disconnect();
  const toMicroseconds = (ms: number) => (ms * 1_000) / (TO_ALL * BROWSERS);
  return [one, last, toMicroseconds(server), toMicroseconds(postgres)];
}

/** How long until what was committed is in the browsers that it is for, and what does that cost? */
export const DELIVERIES: BusBenchmark = {
  rows: [
    {
      name: 'commit → one of 1,000',
      unit: 'ms',
      goal: { ratio: 'at most', bound: 1 / 2, text: 'at most 1/2' },
    },
    {
      name: 'commit → last of 1,000',
      unit: 'ms',
      goal: { ratio: 'at most', bound: 1 / 30, text: 'at most 1/30' },
    },
    {
      ...{ name: 'server CPU a delivery', unit: 'µs' },
      goal: { ratio: 'at most', bound: 1 / 20, text: 'at most 1/20' },
    },
    { name: 'PostgreSQL CPU a delivery', unit: 'µs' },
  ],
  measure,
};
