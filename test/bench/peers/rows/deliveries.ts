import { setInterval, setTimeout as sleep } from 'node:timers/promises';
import type { PostgresAddress } from '../../../support/postgres/postgres.ts';
import { type Aim, atMost } from '../../aim.ts';
import { PostgresWatch } from '../../odoo/servers/postgres-watch.ts';
import { median } from '../../row.ts';
import type { Benchmark } from '../../run.ts';
import { centrifugo } from '../centrifugo/centrifugo.ts';
import type { Peer } from '../peer.ts';
import { comparePeers } from '../peer-benchmark.ts';
import type { PeerTarget } from '../peer-target.ts';

const PAGES = 1_000;
const TO_ONE = 100;
const WARM_UP_TO_ONE = 50;
/** No more than 20 commits a second: the rate at which people work. */
const INTERVAL_MS = 55;
const TO_ALL = 20;
/** So that what one message leaves to do is not measured with the next. */
const REST_MS = 200;

/** @returns the median time from COMMIT to the one page that a message is for, in milliseconds */
async function measureOne(target: PeerTarget, count: number): Promise<number> {
  const sent: { number: number; at: number }[] = [];
  for await (const _ of setInterval(INTERVAL_MS)) {
    sent.push(await target.commit(1 + Math.floor(Math.random() * PAGES)));
    if (sent.length === count) break;
  }
  const arrived = await target.waitFor(sent.map(({ number }) => number));
  return median(sent.map(({ number, at }) => (arrived.get(number) ?? at) - at));
}

/** @returns the median time from COMMIT to the last page, in milliseconds */
async function measureLast(target: PeerTarget, count: number): Promise<number> {
  const times: number[] = [];
  while (times.length < count) {
    const { number, at } = await target.commit(null);
    times.push(((await target.waitFor([number])).get(number) ?? at) - at);
    await sleep(REST_MS);
  }
  return median(times);
}

/** @returns what the work did, and the processor time of server and PostgreSQL meanwhile, in milliseconds */
async function timeProcessors(target: PeerTarget, address: PostgresAddress, work: () => Promise<number>) {
  const watch = await PostgresWatch.start(address);
  try {
    const before = [await target.readProcessorTime(), await watch.readTime()] as const;
    const value = await work();
    const after = [await target.readProcessorTime(), await watch.readTime()] as const;
    return { value, server: after[0] - before[0], postgres: after[1] - before[1] };
  } finally {
    await watch.stop();
  }
}

function toOne(name: string, aims: readonly Aim[], other?: Peer): Benchmark {
  return comparePeers({
    figures: [
      { name, unit: 'ms', aims },
      { name: `server CPU a message: ${name}`, unit: 'ms' },
      { name: `PostgreSQL CPU a message: ${name}`, unit: 'ms' },
    ],
    warmUp: `${WARM_UP_TO_ONE} messages, before each round`,
    pages: PAGES,
    ...(other === undefined ? {} : { other }),
    async measure(target, address) {
      await target.connect(PAGES, 'one');
      await measureOne(target, WARM_UP_TO_ONE);
      const work = () => measureOne(target, TO_ONE);
      const { value, server, postgres } = await timeProcessors(target, address, work);
      await target.disconnect();
      return [value, server / TO_ONE, postgres / TO_ONE];
    },
  });
}

const TO_LAST = comparePeers({
  figures: [
    { name: 'commit → last of 1,000', unit: 'ms', aims: [atMost(1)] },
    { name: 'server CPU a delivery: commit → last of 1,000', unit: 'µs' },
    { name: 'PostgreSQL CPU a message: commit → last of 1,000', unit: 'ms' },
  ],
  warmUp: `${TO_ALL} messages, before each round`,
  pages: PAGES,
  async measure(target, address) {
    await target.connect(PAGES, 'all');
    await measureLast(target, TO_ALL);
    const work = () => measureLast(target, TO_ALL);
    const { value, server, postgres } = await timeProcessors(target, address, work);
    await target.disconnect();
    return [value, (server * 1_000) / (TO_ALL * PAGES), postgres / TO_ALL];
  },
});

/** A third. */
const AIM = [atMost(0.33)];

/** How long until what was committed is in the pages that it is for, and what does that cost? */
export const DELIVERIES: readonly Benchmark[] = [
  toOne('commit → one of 1,000', AIM),
  toOne('commit → one of 1,000, Centrifugo polling as by default', AIM, centrifugo('poll')),
  toOne("commit → one of 1,000, Centrifugo's broker", [], centrifugo('broker')),
  TO_LAST,
];
