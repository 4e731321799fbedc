import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../clock.ts';
import { type Contest, compare } from '../comparison.ts';
import { median } from '../row.ts';
import type { Target } from '../servers/target.ts';

/** So that the acknowledgements of one message are not measured with the next. */
const REST_MS = 200;

/** @returns the median time from COMMIT to the last page, in milliseconds */
async function measureLast(target: Target, messages: number): Promise<number> {
  const times: number[] = [];
  while (times.length < messages) {
    const { number, at } = await target.commit();
    const arrived = await target.waitFor([number]);
    times.push((arrived.get(number) ?? at) - at);
    await sleep(REST_MS);
  }
  return median(times);
}

/** How long until the last browser has a message that is for all of them? */
export function toLast(sockets: number, messages: number, who = '', contest?: Contest) {
  return compare(
    {
      name: `${who}commit → last of ${sockets.toLocaleString('en')}`,
      unit: 'ms',
      ...{ sockets, channel: 'bench_all', baseline: 'acknowledged' },
      async prepare(target) {
        await target.connect();
        await measureLast(target, messages);
      },
      measure: (target) => measureLast(target, messages),
    },
    contest,
  );
}

const SOCKETS = 1_000;
const COMMITS = 50;

const BURSTS = 3;

/** @returns how many messages arrived at pages in each second, while one writer commits as fast as it can */
async function measureBurst(target: Target): Promise<number> {
  const start = now();
  const numbers: number[] = [];
  while (numbers.length < COMMITS) numbers.push((await target.commit()).number);
  const arrived = await target.waitFor(numbers);
  await sleep(REST_MS);
  return (COMMITS * SOCKETS) / ((Math.max(...arrived.values()) - start) / 1_000);
}

async function measureDeliveries(target: Target): Promise<number> {
  const rates: number[] = [];
  while (rates.length < BURSTS) rates.push(await measureBurst(target));
  return median(rates);
}

/** Ours may put several messages into one emission, as its handlers do; bare socket.io emits each by itself. */
const deliveries = compare({
  name: 'deliveries a second',
  unit: 'deliveries/s',
  ...{ sockets: SOCKETS, channel: 'bench_all', baseline: 'acknowledged' },
  async prepare(target) {
    await target.connect();
    await measureBurst(target);
  },
  measure: measureDeliveries,
});

export const COMMIT_TO_ALL = [toLast(1_000, 20), toLast(5_000, 10), deliveries];
