import { median } from '../../row.ts';
import type { Benchmark } from '../../run.ts';
import { comparePeers } from '../peer-benchmark.ts';

const WRITERS = 16;
const PAGES = 100;
const WARM_UP_SECONDS = 1;
const BURSTS = 3;
const SECONDS = 2;

/** How fast does the business commit while somebody reads its messages? A flush to disk is simulated. */
function commitRate(flushMs: number): Benchmark {
  return comparePeers({
    figures: [{ name: `commits a second of ${WRITERS} writers, flush of ${flushMs} ms`, unit: 'commits/s' }],
    warmUp: `${WARM_UP_SECONDS} s of commits, before each round`,
    pages: PAGES,
    // commit_delay acts only with fsync on, and by default only when five others commit.
    settings: { fsync: 'on', commit_delay: `${flushMs * 1_000}`, commit_siblings: '0' },
    async measure(target) {
      await target.connect(PAGES, 'one');
      const rates: number[] = [];
      for (let burst = 0; burst <= BURSTS; burst += 1) {
        const { numbers, ms } = await target.commitTogether(
          WRITERS,
          burst === 0 ? WARM_UP_SECONDS : SECONDS,
          PAGES,
        );
        await target.waitFor(numbers);
        if (burst > 0) rates.push(numbers.length / (ms / 1_000));
      }
      await target.disconnect();
      return [median(rates)];
    },
  });
}

export const COMMIT_RATES = [commitRate(2), commitRate(10)];
