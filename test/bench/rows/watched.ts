import { atLeast } from '../aim.ts';
import type { Contest } from '../contest.ts';
import { Onlookers } from '../servers/onlookers.ts';
import { Target } from '../servers/target.ts';
import { deliveries } from './commit-to-all.ts';

/** The same sidecar twice: one of them is looked at. */
const WATCHED: Contest = {
  ours: {
    name: 'watched',
    async open(postgres, scenario, node) {
      const target = await Target.openOurs(postgres, scenario, node);
      try {
        await target.look(Onlookers.start);
      } catch (error) {
        await target.stop();
        throw error;
      }
      return target;
    },
  },
  baseline: { name: 'not watched', open: Target.openOurs },
};

/** What does it cost that somebody looks? */
export const WATCHED_DELIVERIES = [
  deliveries({
    name: 'watched: deliveries a second at 10,000 pages',
    ...{ sockets: 10_000, channel: 'bench_single', aims: [atLeast(0.97)], contest: WATCHED },
    // Some looks fall into them; of a burst that is longer, pages are too busy to answer pings.
    ...{ commits: 5, bursts: 12 },
  }),
];
