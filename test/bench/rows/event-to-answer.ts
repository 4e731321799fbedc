import { setTimeout as sleep } from 'node:timers/promises';
import { type Aim, atMost } from '../aim.ts';
import { now } from '../clock.ts';
import { compare } from '../comparison.ts';
import type { Contest } from '../contest.ts';
import { median } from '../row.ts';
import type { Benchmark } from '../run.ts';
import type { Target } from '../servers/target.ts';

const SOCKETS = 1_000;
const EVENTS = 200;
const REST_MS = 5;

/** @returns the median time from an event to its acknowledgement, in milliseconds */
async function measure(target: Target): Promise<number> {
  const socket = await target.openSpare();
  const times: number[] = [];
  while (times.length < EVENTS) {
    const start = now();
    const answer: unknown = await socket.emitWithAck('bench_echo', times.length);
    if (answer !== times.length)
      throw new Error(`The handler answered ${JSON.stringify(answer)} to ${times.length}.`);
    times.push(now() - start);
    await sleep(REST_MS);
  }
  socket.disconnect();
  return median(times);
}

/** How long until the answer of a handler is back, while other pages wait for messages? */
export function toAnswer(name: string, aims: readonly Aim[], contest?: Contest): Benchmark {
  return compare(
    {
      ...{ name, unit: 'ms', aims, sockets: SOCKETS, channel: 'bench_one', baseline: 'plain' },
      warmUp: `${EVENTS} events`,
      async prepare(target) {
        await target.connect();
        await measure(target);
      },
      measure,
    },
    contest,
  );
}

export const EVENT_TO_ANSWER = [toAnswer('event → acknowledgement', [atMost(1.3)])];
