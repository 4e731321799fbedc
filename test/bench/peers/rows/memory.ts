import { atMost } from '../../aim.ts';
import type { Benchmark } from '../../run.ts';
import { comparePeers } from '../peer-benchmark.ts';

/** Pages that come and go first, so that what a server needs once is not counted as theirs. */
const WARM_UP_PAGES = 200;
const WARM_UPS = 5;

/** By how many kilobytes does a server grow for each page that listens? */
function memory(pages: number): Benchmark {
  return comparePeers({
    figures: [{ name: `memory a socket at ${pages.toLocaleString('en')}`, unit: 'kB', aims: [atMost(0.7)] }],
    warmUp: `${WARM_UP_PAGES} pages that come and go ${WARM_UPS} times, before each round`,
    pages,
    async measure(target) {
      for (let turn = 0; turn < WARM_UPS; turn += 1) await target.comeAndGo(WARM_UP_PAGES);
      const before = await target.readMemory();
      await target.connect(pages, 'one');
      const memory = ((await target.readMemory()) - before) / pages;
      await target.disconnect();
      return [memory];
    },
  });
}

export const MEMORY = [memory(1_000), memory(5_000)];
