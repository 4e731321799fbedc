import { compare } from './comparison.ts';

const SOCKETS = 1_000;

/** How fast do pages come in, as after a restart? Ours looks at their tokens, the baseline lets everybody in. */
export const CONNECTION_RATE = [
  compare({
    name: 'connections accepted a second',
    unit: 'connections/s',
    ...{ sockets: SOCKETS, channel: 'bench_one', baseline: 'plain' },
    prepare: (target) => target.connectAtOnce().then(() => undefined),
    measure: async (target) => SOCKETS / ((await target.connectAtOnce()) / 1_000),
  }),
];
