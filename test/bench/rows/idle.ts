import { setTimeout as sleep } from 'node:timers/promises';
import { atMost } from '../aim.ts';
import { compare } from '../comparison.ts';
import { readProcessorTime } from '../odoo/servers/processor-time.ts';
import type { Target } from '../servers/target.ts';

const SOCKETS = 5_000;
/** Two heartbeats of each page, and more than one check of each session. */
const MEASURED_MS = 60_000;

/** @returns the server's processor time, in milliseconds a second */
async function measure({ server: { pid } }: Target): Promise<number> {
  const before = await readProcessorTime(pid);
  const start = performance.now();
  await sleep(MEASURED_MS);
  const after = await readProcessorTime(pid);
  return (after - before) / ((performance.now() - start) / 1_000);
}

/** What do pages cost that only wait? Ours has their sessions checked. */
export const IDLE = [
  compare({
    name: 'CPU of 5,000 idle pages',
    ...{ unit: 'ms/s', aims: [atMost(1.1)] },
    ...{ sockets: SOCKETS, channel: 'bench_one', baseline: 'plain', checks: true },
    warmUp: 'they wait half a minute',
    async prepare(target) {
      await target.connect();
      await sleep(MEASURED_MS / 2);
    },
    measure,
  }),
];
