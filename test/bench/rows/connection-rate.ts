import { compare } from '../comparison.ts';
import { median } from '../row.ts';
import type { Target } from '../servers/target.ts';

const SOCKETS = 1_000;
const STORMS = 5;

/** @returns the median of how many pages a second got in, of some storms */
async function measure(target: Target, storms: number): Promise<number> {
  const rates: number[] = [];
  while (rates.length < storms) rates.push(SOCKETS / ((await target.comeAndGo()) / 1_000));
  return median(rates);
}

/** How fast do pages come in, as after a restart? Ours looks at their tokens, the baseline lets everybody in. */
export const CONNECTION_RATE = [
  compare({
    name: 'connections accepted a second',
    unit: 'connections/s',
    ...{ sockets: SOCKETS, channel: 'bench_one', baseline: 'plain' },
    prepare: (target) => measure(target, 3).then(() => undefined),
    measure: (target) => measure(target, STORMS),
  }),
];
