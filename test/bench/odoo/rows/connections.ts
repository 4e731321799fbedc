import type { BusBenchmark } from '../bus-benchmark.ts';
import type { BusTarget } from '../servers/bus-target.ts';
import { BROWSERS } from '../servers/stage.ts';

async function measure(target: BusTarget): Promise<readonly number[]> {
  // Sessions that a server has never seen cost it more, such as a row for the device of each.
  await target.connect();
  await target.disconnect();
  let ms = 0;
  const { server, postgres } = await target.timeProcessors(async () => {
    ms = (await target.connect()).ms;
  });
  await target.disconnect();
  return [BROWSERS / (ms / 1_000), server / BROWSERS, postgres / BROWSERS];
}

/** How fast do browsers come in: handshake, subscription, and the one notification that each of them missed? */
export const CONNECTIONS: BusBenchmark = {
  rows: [
    {
      ...{ name: 'connections and subscriptions a second', unit: '1/s' },
      goal: { ratio: 'at least', bound: 8, text: 'at least 8' },
    },
    { name: 'server CPU a connection', unit: 'ms' },
    { name: 'PostgreSQL CPU a connection', unit: 'ms' },
  ],
  measure,
};
