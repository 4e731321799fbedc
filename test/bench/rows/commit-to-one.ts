import { setInterval } from 'node:timers/promises';
import { type Aim, atMost } from '../aim.ts';
import { compare } from '../comparison.ts';
import type { Contest, Single } from '../contest.ts';
import { median } from '../row.ts';
import type { Target } from '../servers/target.ts';

const MESSAGES = 100;
/** No more than 20 commits a second: the rate at which people work. */
const INTERVAL_MS = 55;

/** @returns the median time from COMMIT to the one page that a message is for, in milliseconds */
async function measure(target: Target, sockets: number, messages = MESSAGES): Promise<number> {
  const sent: { number: number; at: number }[] = [];
  for await (const _ of setInterval(INTERVAL_MS)) {
    sent.push(await target.commit({ to_id: 1 + Math.floor(Math.random() * sockets) }));
    if (sent.length === messages) break;
  }
  const arrived = await target.waitFor(sent.map(({ number }) => number));
  return median(sent.map(({ number, at }) => (arrived.get(number) ?? at) - at));
}

/** How long until a commit is in the one page that it is for? */
export function toOne(
  name: string,
  scenario: Pick<Single, 'sockets' | 'channel' | 'baseline'> & { readonly aims?: readonly Aim[] },
  contest?: Contest,
) {
  const { sockets } = scenario;
  return compare(
    {
      ...{ name, unit: 'ms', ...scenario },
      warmUp: `${MESSAGES / 4} messages`,
      async prepare(target) {
        await target.connect();
        await measure(target, sockets, MESSAGES / 4);
      },
      measure: (target) => measure(target, sockets),
    },
    contest,
  );
}

/** How long until a commit is in the one browser that it is for, while all others listen to the same channel? */
export const COMMIT_TO_ONE = [
  toOne('commit → one of 1,000 (each)', {
    ...{ sockets: 1_000, channel: 'bench_one', baseline: 'plain', aims: [atMost(1.5)] },
  }),
  toOne('commit → one of 1,000 (queue)', {
    ...{ sockets: 1_000, channel: 'bench_queue_one', baseline: 'acknowledged', aims: [atMost(1.7)] },
  }),
  // All but one are asked and do not match; the baseline finds that one in a Map.
  toOne('matching at 10,000 listening sockets that do not match', {
    ...{ sockets: 10_000, channel: 'bench_one', baseline: 'plain' },
  }),
];
