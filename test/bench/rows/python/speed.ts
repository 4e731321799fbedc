import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../clock.ts';
import { compare, PYTHON } from '../../comparison.ts';
import { median } from '../../row.ts';
import type { Target } from '../../servers/target.ts';
import { toLast } from '../commit-to-all.ts';
import { toOne } from '../commit-to-one.ts';

const SOCKETS = 1_000;
const EVENTS = 200;
const REST_MS = 5;

/** @returns the median time from an event to its acknowledgement, in milliseconds */
async function measureAnswer(target: Target): Promise<number> {
  const socket = await target.openSpare();
  const times: number[] = [];
  while (times.length < EVENTS) {
    const start = now();
    await socket.emitWithAck('bench_echo', times.length);
    times.push(now() - start);
    await sleep(REST_MS);
  }
  socket.disconnect();
  return median(times);
}

const answer = compare(
  {
    ...{ name: 'Python: event → acknowledgement', unit: 'ms', sockets: SOCKETS },
    ...{ channel: 'bench_one', baseline: 'plain' },
    async prepare(target) {
      await target.connect();
      await measureAnswer(target);
    },
    measure: measureAnswer,
  },
  PYTHON,
);

/** How much more does a handler in Python take than the same one in TypeScript? */
export const PYTHON_SPEED = [
  answer,
  toOne(
    'Python: commit → one of 1,000 (each)',
    { sockets: SOCKETS, channel: 'bench_one', baseline: 'plain' },
    PYTHON,
  ),
  toOne(
    'Python: commit → one of 1,000 (queue)',
    { sockets: SOCKETS, channel: 'bench_queue_one', baseline: 'acknowledged' },
    PYTHON,
  ),
  toOne(
    'Python: commit → one of 1,000 (each, chosen by get)',
    { sockets: SOCKETS, channel: 'bench_chosen', baseline: 'plain' },
    PYTHON,
  ),
  toLast(SOCKETS, 20, 'Python: ', PYTHON),
];
