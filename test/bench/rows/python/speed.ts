import { atMost } from '../../aim.ts';
import { PYTHON } from '../../contest.ts';
import { toLast } from '../commit-to-all.ts';
import { toOne } from '../commit-to-one.ts';
import { toAnswer } from '../event-to-answer.ts';

const SOCKETS = 1_000;

/** How much more does a handler in Python take than the same one in TypeScript? */
export const PYTHON_SPEED = [
  toAnswer('Python: event → acknowledgement', [], PYTHON),
  toOne(
    'Python: commit → one of 1,000 (each)',
    { sockets: SOCKETS, channel: 'bench_one', baseline: 'plain', aims: [atMost(1.6)] },
    PYTHON,
  ),
  toOne(
    'Python: commit → one of 1,000 (queue)',
    { sockets: SOCKETS, channel: 'bench_queue_one', baseline: 'acknowledged', aims: [atMost(1.6)] },
    PYTHON,
  ),
  toOne(
    'Python: commit → one of 1,000 (each, chosen by get)',
    { sockets: SOCKETS, channel: 'bench_chosen', baseline: 'plain' },
    PYTHON,
  ),
  toLast(SOCKETS, 20, atMost(2), { who: 'Python: ', contest: PYTHON }),
];
