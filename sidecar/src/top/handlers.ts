import { cell, known } from './cell.ts';
import { count, duration, rate } from './figures.ts';
import { type Interval, keyOf } from './interval.ts';
import type { Labels } from './samples.ts';
import type { Section } from './section.ts';
import { lookUp, ratio, sorted } from './sections.ts';

const HANDLER = ['db', 'namespace', 'event'];
const NAME = 'web_socketio_handler_seconds';
/** Of a hundred runs, so many took no longer. */
const MOST = 0.95;

/** By what handlers are ordered. */
export const SORTS = ['time', 'runs', 'running'] as const;

export type Sort = (typeof SORTS)[number];

/** The handlers, those first that take longest, or run most. @param interval some time: slow ones run seldom */
export function handlers(interval: Interval, sort: Sort): Section {
  const by = (name: string) => lookUp(interval.groups(name, HANDLER), HANDLER);
  const [seconds, times, running] = [
    by(`${NAME}_sum`),
    by(`${NAME}_count`),
    by('web_socketio_handlers_running'),
  ];
  const within = bounds(interval);
  const rows = [...interval.groups(`${NAME}_count`, HANDLER).values()].map(({ labels }) => {
    const took = ratio(seconds(labels), times(labels));
    const runs = times(labels)?.rate ?? null;
    const now = running(labels)?.value ?? 0;
    return {
      order: { time: took, runs: runs ?? times(labels)?.value, running: now }[sort] ?? 0,
      row: [
        cell(`${labels['namespace']} ${labels['event']}`),
        cell(labels['db'] ?? ''),
        known(took, duration),
        known(within(labels), (bound) =>
          bound === Number.POSITIVE_INFINITY ? '>30 s' : `≤${duration(bound)}`,
        ),
        known(runs, rate),
        known(now, count),
        known(times(labels)?.value, count),
      ],
    };
  });
  return {
    title: `Handlers by ${sort}`,
    columns: [
      { title: 'HANDLER', isText: true, rank: 0 },
      { title: 'DATABASE', isText: true, rank: 3 },
      { title: 'TOOK', rank: 0 },
      { title: '95 %', rank: 1 },
      { title: 'RUNS/S', rank: 0 },
      { title: 'RUNNING', rank: 2 },
      { title: 'RUNS', rank: 4 },
    ],
    rows: sorted(rows),
    none: 'none has run yet',
  };
}

/** Within which time most runs ended, as exactly as the histogram knows; of the interval, or since the beginning if there were none. */
function bounds(interval: Interval): (labels: Labels) => number | null {
  const buckets = new Map<string, { bound: number; value: number; rate: number }[]>();
  for (const { labels, value, rate } of interval.groups(`${NAME}_bucket`, [...HANDLER, 'le']).values()) {
    const key = keyOf(labels, HANDLER);
    const bound = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
    const list = buckets.get(key) ?? [];
    list.push({ bound, value, rate: rate ?? 0 });
    buckets.set(key, list);
  }
  return (labels) => {
    const list = (buckets.get(keyOf(labels, HANDLER)) ?? []).sort((one, other) => one.bound - other.bound);
    const last = list.at(-1);
    if (last === undefined || last.value === 0) return null;
    const of = last.rate > 0 ? 'rate' : 'value';
    return list.find((one) => one[of] >= last[of] * MOST)?.bound ?? last.bound;
  };
}
