import { atLeast } from '../aim.ts';
import { compare } from '../comparison.ts';
import { median } from '../row.ts';
import type { Target } from '../servers/target.ts';

const SOCKETS = 1_000;
const STORMS = 5;
const WARM_UPS = 3;

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
    ...{ unit: 'connections/s', aims: [atLeast(0.9)] },
    ...{ sockets: SOCKETS, channel: 'bench_one', baseline: 'plain' },
    warmUp: `${WARM_UPS} storms`,
    prepare: (target) => measure(target, WARM_UPS),
    measure: (target) => measure(target, STORMS),
  }),
];
