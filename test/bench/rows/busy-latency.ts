import { setInterval } from 'node:timers/promises';
import { atMost } from '../aim.ts';
import { compareAll } from '../comparison.ts';
import { median, percentile } from '../row.ts';
import type { Benchmark } from '../run.ts';
import type { Target } from '../servers/target.ts';
import { QUIET_PAGES } from '../servers/traffic.ts';

const INTERVAL_MS = 20;
const MESSAGES = 1_000;
const WARM_UP_MESSAGES = 250;

/** Messages that single pages get, and whose times are taken. @returns their times from COMMIT to the page */
export async function measureTimes(target: Target, messages: number, pages: number): Promise<number[]> {
  const sent: { number: number; at: number }[] = [];
  for await (const _ of setInterval(INTERVAL_MS)) {
    sent.push(await target.commit({ to_id: 1 + (sent.length % pages) }));
    if (sent.length === messages) break;
  }
  const arrived = await target.waitFor(sent.map(({ number }) => number));
  return sent.map(({ number, at }) => (arrived.get(number) ?? at) - at);
}

/** @returns the times of messages to some pages, while others get so many a second */
export async function measureBusy(target: Target, perSecond: number, messages: number): Promise<number[]> {
  const traffic = await target.traffic();
  const count = Math.ceil((perSecond * messages * INTERVAL_MS) / 1_000);
  const [times, { numbers }] = await Promise.all([
    measureTimes(target, messages, QUIET_PAGES),
    traffic.write({ perSecond, count }),
  ]);
  await target.waitFor(numbers);
  return times;
}

/** How long does one message take, while others get so many a second? */
function busy(sockets: number, perSecond: number): Benchmark {
  const name = `one message while ${perSecond.toLocaleString('en')} others a second go to others`;
  return compareAll({
    name,
    figures: [
      { name: `${name}, p50`, unit: 'ms', aims: [atMost(1.3)] },
      { name: `${name}, p99`, unit: 'ms', aims: [atMost(1.5)] },
    ],
    ...{ sockets, channel: 'bench_one', baseline: 'plain' },
    warmUp: `${WARM_UP_MESSAGES} messages beside the others`,
    async prepare(target) {
      await target.connect();
      await measureBusy(target, perSecond, WARM_UP_MESSAGES);
    },
    async measure(target) {
      const times = await measureBusy(target, perSecond, MESSAGES);
      return [median(times), percentile(times, 0.99)];
    },
  });
}

export const BUSY_LATENCY = [busy(1_000, 1_000)];
