import { setTimeout as sleep } from 'node:timers/promises';
import { atMost } from '../aim.ts';
import { now } from '../clock.ts';
import { compare } from '../comparison.ts';
import { median } from '../row.ts';
import type { Benchmark } from '../run.ts';
import type { Target } from '../servers/target.ts';

const MISSED = 20;
const STORMS = 2;
/** Until a server that has just started is at rest, and until one has done with a storm. */
const REST_MS = 2_000;

/** @returns how long until all pages were back at a server that has just started, and had what they missed, in milliseconds */
async function storm(target: Target): Promise<number> {
  const missed: number[] = [];
  await target.restart(async () => {
    if (!target.replays) return;
    while (missed.length < MISSED) missed.push((await target.commit()).number);
  });
  await sleep(REST_MS);
  const start = now();
  const back = await target.comeBack();
  const arrived = await target.waitFor(missed);
  const end = Math.max(back, ...arrived.values());
  await sleep(REST_MS);
  // And they hear what comes next.
  await target.waitFor([(await target.commit()).number]);
  return end - start;
}

async function measure(target: Target): Promise<number> {
  const times: number[] = [];
  while (times.length < STORMS) times.push(await storm(target));
  return median(times);
}

/** A restart, after which everybody comes back as fast as the server takes them. */
export function stormOf(sockets: number): Benchmark {
  return compare({
    name: `storm of ${sockets.toLocaleString('en')} after a restart, each with ${MISSED} missed messages; bare with none`,
    ...{ unit: 'ms', aims: [atMost(1.5)] },
    ...{ sockets, channel: 'bench_all', baseline: 'acknowledged', keeps: true },
    warmUp: 'one storm',
    async prepare(target) {
      await target.connect();
      await storm(target);
    },
    measure,
  });
}

export const STORM = [stormOf(5_000)];
