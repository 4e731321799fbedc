import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../clock.ts';
import { compare } from '../comparison.ts';
import type { Target } from '../servers/target.ts';

const MESSAGES = 5_000;
const SOCKETS = 100;
const EMPTY_TIMEOUT_MS = 60_000;

/** @returns how many messages a second were taken, acknowledged and deleted */
async function measure(target: Target, messages: number): Promise<number> {
  const { numbers, at } = await target.commitMany(messages);
  const deadline = performance.now() + EMPTY_TIMEOUT_MS;
  let rows = messages;
  while (rows > 0 && performance.now() < deadline) {
    await sleep(10);
    rows = await target.countRows();
  }
  const end = now();
  if (rows > 0) throw new Error(`${rows} of ${messages} messages were never taken and confirmed.`);
  await target.waitFor(numbers);
  return messages / ((end - at) / 1_000);
}

/**
 * How fast do pages that compete empty a queue? The baseline is a table with workers: each of 16 takes one row with SKIP
 * LOCKED, emits it, waits for the acknowledgement, deletes it and commits.
 */
export const QUEUE_RATE = [
  compare({
    name: 'queue messages taken and confirmed a second',
    unit: 'messages/s',
    ...{ sockets: SOCKETS, channel: 'bench_queue', baseline: 'workers' },
    warmUp: `${MESSAGES / 10} messages`,
    async prepare(target) {
      await target.connect();
      await measure(target, MESSAGES / 10);
    },
    measure: (target) => measure(target, MESSAGES),
  }),
];
