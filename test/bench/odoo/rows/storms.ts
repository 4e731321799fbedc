import { figure, median } from '../../row.ts';
import type { Progress } from '../../run.ts';
import type { BusBenchmark } from '../bus-benchmark.ts';
import type { BusTarget } from '../servers/bus-target.ts';
import { BROWSERS } from '../servers/stage.ts';

/** In each round. */
const STORMS = 3;
/** What everybody missed while the server was away. */
const MISSED = 10;
/** Odoo's dispatcher sleeps 50 s after an error; nobody waits that long for a message. */
const FIRST_MS = 10_000;

interface Storm {
  readonly seconds: number;
  /** How often a browser had to try again. */
  readonly retries: number;
  /** How many browsers have the first notification to all. */
  readonly told: number;
  readonly connections: number;
}

/** All browsers come at once to a server that has just started, and somebody writes to all of them as soon as they are back. */
async function storm(target: BusTarget): Promise<Storm> {
  await target.server.start();
  let [ms, retries, told] = [0, 0, 0];
  const connections = await target.countConnections(async () => {
    ({ ms, retries } = await target.connect({ missed: MISSED, atOnce: BROWSERS }));
    told = await target.countWithin((await target.send()).number, FIRST_MS);
  });
  await target.disconnect();
  return { seconds: ms / 1_000, retries, told, connections };
}

async function measure(target: BusTarget, progress: Progress): Promise<readonly number[]> {
  const storms: Storm[] = [];
  while (storms.length < STORMS) {
    const one = await storm(target);
    storms.push(one);
    progress(
      `${target.server.name}: all back after ${figure(one.seconds)} s and ${one.retries} more attempts; ${one.told} got the first`,
    );
  }
  return [
    median(storms.map(({ seconds }) => seconds)),
    storms.filter(({ told }) => told < BROWSERS).length,
    Math.max(...storms.map(({ connections }) => connections)),
  ];
}

/** A restart, after which everybody comes back in the same moment. */
export const STORM: BusBenchmark = {
  rows: [
    {
      ...{ name: 'storm of 1,000: all back, ten missed replayed', unit: 's' },
      goal: { ratio: 'at most', bound: 1 / 8, text: 'at most 1/8' },
    },
    {
      ...{ name: 'storms after which the first broadcast is lost', unit: 'storms', summary: 'sum' },
      goal: { sidecar: 'at most', bound: 0, text: 'none' },
    },
    {
      ...{ name: 'connections to PostgreSQL in a storm', unit: '', summary: 'most' },
      goal: { sidecar: 'at most', bound: 6, text: 'at most 6' },
    },
  ],
  measure,
};
