import type { BusBenchmark } from '../bus-benchmark.ts';
import type { BusTarget } from '../servers/bus-target.ts';
import { BROWSERS } from '../servers/stage.ts';

/** Browsers that come and go first, so that what a server needs once is not counted as theirs. */
const WARM_UP_BROWSERS = 200;
const WARM_UPS = 5;

async function measure(target: BusTarget): Promise<readonly number[]> {
  for (let turn = 0; turn < WARM_UPS; turn += 1) {
    await target.connect({ browsers: WARM_UP_BROWSERS });
    await target.disconnect();
  }
  const before = await target.server.readMemory();
  await target.connect();
  await target.rest();
  const memory = ((await target.server.readMemory()) - before) / BROWSERS;
  await target.disconnect();
  return [memory];
}

/** By how much does a server's memory grow for each browser that is connected and subscribed? */
export const MEMORY: BusBenchmark = {
  rows: [
    {
      ...{ name: 'memory a socket at 1,000', unit: 'KiB' },
      goal: { ratio: 'at most', bound: 1 / 3, text: 'at most 1/3' },
    },
  ],
  measure,
};
