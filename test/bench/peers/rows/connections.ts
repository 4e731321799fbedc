import { median } from '../../row.ts';
import { comparePeers } from '../peer-benchmark.ts';

const PAGES = 1_000;
const WARM_UPS = 2;
const STORMS = 5;

/** How fast do pages come in that have a token and listen, as after a restart, and what does that cost? */
export const CONNECTIONS = comparePeers({
  figures: [
    { name: 'pages that connect and listen a second, token checked', unit: 'pages/s' },
    { name: 'server CPU a page that comes and goes', unit: 'ms' },
  ],
  warmUp: `${PAGES} pages that come and go ${WARM_UPS} times, before each round`,
  pages: PAGES,
  async measure(target) {
    for (let turn = 0; turn < WARM_UPS; turn += 1) await target.comeAndGo(PAGES);
    const before = await target.readProcessorTime();
    const rates: number[] = [];
    while (rates.length < STORMS) rates.push(PAGES / ((await target.comeAndGo(PAGES)) / 1_000));
    const cpu = (await target.readProcessorTime()) - before;
    return [median(rates), cpu / (PAGES * STORMS)];
  },
});
