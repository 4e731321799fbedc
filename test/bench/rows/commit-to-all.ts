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

/** @returns how long it took, in milliseconds, until all pages had so many messages that one writer committed as fast as it could */
async function measureBurst(target: Target, commits: number): Promise<number> {
  const start = now();
  const numbers: number[] = [];
  while (numbers.length < commits) numbers.push((await target.commit()).number);
  const arrived = await target.waitFor(numbers);
  await sleep(REST_MS);
  return Math.max(...arrived.values()) - start;
}

interface Deliveries {
  readonly name: string;
  /** Whose messages come as the name says. */
  readonly channel: 'bench_all' | 'bench_single' | 'bench_awaited';
  readonly aims?: readonly Aim[];
  readonly sockets?: number;
  /** In each burst. */
  readonly commits?: number;
  readonly bursts?: number;
  readonly contest?: Contest;
}

/** How much arrives in a second while one writer commits as fast as it can? */
export function deliveries({ name, channel, aims = [], contest, ...size }: Deliveries) {
  const { sockets = SOCKETS, commits = COMMITS, bursts = BURSTS } = size;
  return compare(
    {
      ...{ name, unit: 'deliveries/s', aims },
      ...{ sockets, channel, baseline: 'acknowledged' },
      warmUp: `one burst of ${commits} messages to each`,
      async prepare(target) {
        await target.connect();
        await measureBurst(target, commits);
      },
      async measure(target) {
        let ms = 0;
        for (let burst = 0; burst < bursts; burst += 1) ms += await measureBurst(target, commits);
        return (bursts * commits * sockets) / (ms / 1_000);
      },
    },
    contest,
  );
}

export const COMMIT_TO_ALL = [
  toLast(1_000, 20, atMost(1.1)),
  toLast(5_000, 10, atMost(1.1)),
  // Ours puts what arrived meanwhile into one packet, as its handlers do; bare socket.io emits each message by itself.
  deliveries({ name: 'deliveries a second, in batches', channel: 'bench_all', aims: [atLeast(0.8)] }),
  deliveries({
    name: 'deliveries a second, one message a packet',
    ...{ channel: 'bench_single', aims: [atLeast(1)] },
  }),
  // Bare socket.io's pages never wait for each other's acknowledgements, nor for their own.
  deliveries({ name: 'deliveries a second, each awaited before the next', channel: 'bench_awaited' }),
];
