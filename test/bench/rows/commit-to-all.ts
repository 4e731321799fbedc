import { setTimeout as sleep } from 'node:timers/promises';
import { type Aim, atLeast, atMost } from '../aim.ts';
import { now } from '../clock.ts';
import { compare } from '../comparison.ts';
import type { Contest } from '../contest.ts';
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
export function toLast(
  sockets: number,
  messages: number,
  aim: Aim,
  { who = '', contest }: { who?: string; contest?: Contest } = {},
) {
  return compare(
    {
      name: `${who}commit → last of ${sockets.toLocaleString('en')}`,
      ...{ unit: 'ms', aims: [aim], sockets, channel: 'bench_all', baseline: 'acknowledged' },
      warmUp: `${messages} messages`,
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

/** @param channel whose messages come as the name says */
function deliveries(name: string, channel: 'bench_all' | 'bench_single' | 'bench_awaited', ...aims: Aim[]) {
  return compare({
    ...{ name, unit: 'deliveries/s', aims },
    ...{ sockets: SOCKETS, channel, baseline: 'acknowledged' },
    warmUp: `one burst of ${COMMITS} messages to each`,
    async prepare(target) {
      await target.connect();
      await measureBurst(target);
    },
    measure: measureDeliveries,
  });
}

export const COMMIT_TO_ALL = [
  toLast(1_000, 20, atMost(1.1)),
  toLast(5_000, 10, atMost(1.1)),
  // Ours puts what arrived meanwhile into one packet, as its handlers do; bare socket.io emits each message by itself.
  deliveries('deliveries a second, in batches', 'bench_all', atLeast(0.8)),
  deliveries('deliveries a second, one message a packet', 'bench_single', atLeast(1)),
  // Bare socket.io's pages never wait for each other's acknowledgements, nor for their own.
  deliveries('deliveries a second, each awaited before the next', 'bench_awaited'),
];
