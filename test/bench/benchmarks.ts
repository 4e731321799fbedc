import { BUSY_LATENCY } from './rows/busy-latency.ts';
import { COMMIT_RATE } from './rows/commit-rate.ts';
import { COMMIT_TO_ALL } from './rows/commit-to-all.ts';
import { COMMIT_TO_ONE } from './rows/commit-to-one.ts';
import { CONNECTION_RATE } from './rows/connection-rate.ts';
import { EVENT_TO_ANSWER } from './rows/event-to-answer.ts';
import { IDLE } from './rows/idle.ts';
import { LIVE_LISTS } from './rows/live-lists.ts';
import { LIVE_WRITES } from './rows/live-writes.ts';
import { MEMORY } from './rows/memory.ts';
import { PYTHON_ASKS } from './rows/python/asks.ts';
import { PYTHON_MEMORY } from './rows/python/memory.ts';
import { PYTHON_PAUSES } from './rows/python/pauses.ts';
import { PYTHON_SPEED } from './rows/python/speed.ts';
import { QUEUE_RATE } from './rows/queue-rate.ts';
import { RECONNECT_ASKS } from './rows/reconnect-asks.ts';
import { SIDECARS } from './rows/sidecars.ts';
import { STORM } from './rows/storm.ts';
import { WATCHED_DELIVERIES } from './rows/watched.ts';
import type { Benchmark } from './run.ts';

/** In the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [
  ...COMMIT_RATE,
  ...COMMIT_TO_ONE,
  ...BUSY_LATENCY,
  ...COMMIT_TO_ALL,
  ...EVENT_TO_ANSWER,
  ...QUEUE_RATE,
  ...CONNECTION_RATE,
  ...STORM,
  ...RECONNECT_ASKS,
  ...IDLE,
  ...MEMORY,
  ...SIDECARS,
  ...WATCHED_DELIVERIES,
  ...LIVE_WRITES,
  ...LIVE_LISTS,
  ...PYTHON_SPEED,
  ...PYTHON_ASKS,
  ...PYTHON_PAUSES,
  ...PYTHON_MEMORY,
];

/**
 * Those whose names contain one of these parts. A part that is the whole name of one means that one alone: the names of
 * many begin or end as another's.
 *
 * @param script the one of npm that lists them
 * @throws when one of them is in no name
 */
export function choose(
  benchmarks: readonly Benchmark[],
  parts: readonly string[],
  script = 'bench',
): Benchmark[] {
  const unknown = parts.find((part) => !benchmarks.some(({ name }) => name.includes(part)));
  if (unknown !== undefined)
    throw new Error(
      `No row's name contains '${unknown}'. Run \`npm run ${script} -- --list\` to see all of them.`,
    );
  const whole = new Set(benchmarks.map(({ name }) => name).filter((name) => parts.includes(name)));
  return benchmarks.filter(({ name }) =>
    parts.some((part) => (whole.has(part) ? name === part : name.includes(part))),
  );
}
