import { compareAll } from '../comparison.ts';
import { median, percentile, type Row } from '../row.ts';
import { measureBusy, measureTimes } from '../rows/busy-latency.ts';
import type { Benchmark } from '../run.ts';
import type { Target } from '../servers/target.ts';

const SOCKETS = [100, 300, 1_000, 3_000, 10_000];
const RATES = [10, 100, 300, 1_000, 2_000];
/** Of the points that show a rate. */
const RATE_SOCKETS = 1_000;
const MESSAGES = 500;
const WARM_UP_MESSAGES = 100;
const SHARES = { p50: 0.5, p99: 0.99 };

export type Share = keyof typeof SHARES;

/** What a message took at one place of an axis, in milliseconds. */
export interface LatencyPoint {
  readonly at: number;
  readonly ours: Readonly<Record<Share, number>>;
  readonly baseline: Readonly<Record<Share, number>>;
}

/** Both axes of the plot. */
export interface Latencies {
  readonly bySockets: readonly LatencyPoint[];
  readonly byRate: readonly LatencyPoint[];
}

const socketsName = (sockets: number) => `one message at ${sockets} sockets`;
const rateName = (rate: number) => `one message beside ${rate} others a second`;

function benchmark(
  name: string,
  sockets: number,
  take: (target: Target, messages: number) => Promise<number[]>,
): Benchmark {
  return compareAll({
    name,
    figures: [
      { name: `${name}, p50`, unit: 'ms' },
      { name: `${name}, p99`, unit: 'ms' },
    ],
    ...{ sockets, channel: 'bench_one', baseline: 'plain' },
    warmUp: `${WARM_UP_MESSAGES} messages`,
    async prepare(target) {
      await target.connect();
      await take(target, WARM_UP_MESSAGES);
    },
    async measure(target) {
      const times = await take(target, MESSAGES);
      return [median(times), percentile(times, SHARES.p99)];
    },
  });
}

/** What is measured for the plot. */
export const LATENCIES: readonly Benchmark[] = [
  ...SOCKETS.map((sockets) =>
    benchmark(socketsName(sockets), sockets, (target, messages) => measureTimes(target, messages, sockets)),
  ),
  ...RATES.map((rate) =>
    benchmark(rateName(rate), RATE_SOCKETS, (target, messages) => measureBusy(target, rate, messages)),
  ),
];

/**
 * The points of the plot in the rows of a run.
 *
 * @throws when a row is missing
 */
export function toLatencies(rows: readonly Pick<Row, 'name' | 'value' | 'baseline'>[]): Latencies {
  const find = (name: string, share: Share) => {
    const row = rows.find((one) => one.name === `${name}, ${share}`);
    if (row === undefined || row.baseline === null)
      throw new Error(`There is no row '${name}, ${share}'. Measure again with \`npm run bench:plot\`.`);
    return { ours: row.value, baseline: row.baseline };
  };
  const toPoint = (at: number, name: string): LatencyPoint => {
    const [p50, p99] = [find(name, 'p50'), find(name, 'p99')];
    return {
      at,
      ours: { p50: p50.ours, p99: p99.ours },
      baseline: { p50: p50.baseline, p99: p99.baseline },
    };
  };
  return {
    bySockets: SOCKETS.map((sockets) => toPoint(sockets, socketsName(sockets))),
    byRate: RATES.map((rate) => toPoint(rate, rateName(rate))),
  };
}
