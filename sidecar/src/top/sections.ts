import { cell, known, trouble, UNKNOWN } from './cell.ts';
import { bytes, count, duration, percent, rate } from './figures.ts';
import { type Group, type Interval, keyOf } from './interval.ts';
import type { Labels } from './samples.ts';
import type { Section } from './section.ts';

const DB = ['db'];
const NAMESPACE = ['db', 'namespace'];
const QUEUE = ['db', 'channel'];

/** The databases that are served. @param recent for how long messages took, longer than for how many there were */
export function databases(interval: Interval, recent: Interval): Section {
  const by = (name: string) => lookUp(interval.groups(`web_socketio_${name}`, DB), DB);
  const [connected, pages, users] = [by('postgres_connected'), by('database_pages'), by('users')];
  const [events, read, workers] = [by('events_total'), by('read_total'), by('workers')];
  const emitted = (name: string) => lookUp(recent.groups(`web_socketio_emit_seconds_${name}`, DB), DB);
  const [seconds, times] = [emitted('sum'), emitted('count')];
  const problems = interval.now.samples.get('web_socketio_problems') ?? [];
  const rows = [...interval.groups('web_socketio_postgres_connected', DB).values()].map(({ labels }) => {
    const problem = problems.find((one) => one.labels['db'] === labels['db'])?.labels['code'];
    const isConnected = connected(labels)?.value === 1;
    const state = problem ?? (isConnected ? 'connected' : 'not connected');
    return {
      order: pages(labels)?.value ?? 0,
      row: [
        cell(labels['db'] ?? ''),
        cell(state, problem === undefined && isConnected ? 'good' : 'bad'),
        known(pages(labels)?.value, count),
        known(users(labels)?.value, count),
        known(events(labels)?.rate, rate),
        known(read(labels)?.rate, rate),
        known(ratio(seconds(labels), times(labels)), duration),
        known(workers(labels)?.value, count),
      ],
    };
  });
  return {
    title: 'Databases',
    columns: [
      { title: 'DATABASE', isText: true, rank: 0 },
      { title: 'STATE', isText: true, rank: 0 },
      { title: 'PAGES', rank: 0 },
      { title: 'USERS', rank: 1 },
      { title: 'EVENTS/S', rank: 2 },
      { title: 'MESSAGES/S', rank: 3 },
      { title: 'LATENCY', rank: 3 },
      { title: 'WORKERS', rank: 4 },
    ],
    rows: sorted(rows),
    none: 'none is served',
  };
}

/** The namespaces that pages have connected. */
export function nameSpaces(interval: Interval): Section {
  const by = (name: string) => lookUp(interval.groups(`web_socketio_${name}`, NAMESPACE), NAMESPACE);
  const [events, refused, running] = [by('events_total'), by('events_refused_total'), by('handlers_running')];
  const [handshakes, ended] = [by('handshakes_total'), by('ended_total')];
  const rows = [...interval.groups('web_socketio_sockets', NAMESPACE).values()].map(({ labels, value }) => ({
    order: value,
    row: [
      cell(labels['namespace'] ?? ''),
      cell(labels['db'] ?? ''),
      known(value, count),
      known(handshakes(labels)?.rate, rate),
      known(events(labels)?.rate, rate),
      trouble(refused(labels)?.rate ?? 0, rate),
      known(running(labels)?.value ?? 0, count),
      known(ended(labels)?.rate ?? 0, rate),
    ],
  }));
  return {
    title: 'Namespaces',
    columns: [
      { title: 'NAMESPACE', isText: true, rank: 0 },
      { title: 'DATABASE', isText: true, rank: 3 },
      { title: 'SOCKETS', rank: 0 },
      { title: 'COME/S', rank: 4 },
      { title: 'EVENTS/S', rank: 0 },
      { title: 'REFUSED/S', rank: 2 },
      { title: 'HANDLERS', rank: 1 },
      { title: 'ENDED/S', rank: 5 },
    ],
    rows: sorted(rows),
    none: 'no page has connected yet',
  };
}

/** What queues hold, of whichever sidecar. */
export function queues(interval: Interval): Section {
  const by = (name: string) => lookUp(interval.groups(`web_socketio_queue_${name}`, QUEUE), QUEUE);
  const [oldest, leased, dead] = [by('oldest_seconds'), by('leased'), by('dead')];
  const rows = [...interval.groups('web_socketio_queue_waiting', QUEUE).values()].map(
    ({ labels, value }) => ({
      order: value,
      row: [
        cell(labels['channel'] ?? ''),
        cell(labels['db'] ?? ''),
        known(value, count),
        value === 0 ? UNKNOWN : known(oldest(labels)?.value, duration),
        known(leased(labels)?.value, count),
        trouble(dead(labels)?.value, count),
      ],
    }),
  );
  return {
    title: 'Queues',
    columns: [
      { title: 'QUEUE', isText: true, rank: 0 },
      { title: 'DATABASE', isText: true, rank: 2 },
      { title: 'WAITING', rank: 0 },
      { title: 'OLDEST', rank: 0 },
      { title: 'TAKEN', rank: 1 },
      { title: 'DEAD', rank: 0 },
    ],
    rows: sorted(rows),
    none: 'nothing waits',
  };
}

/** Calls of Odoo's models. @param recent for how long they took, longer than for how many there are */
export function calls(interval: Interval, recent: Interval): Section {
  const by = (name: string, within = interval) =>
    lookUp(within.groups(`web_socketio_model_call${name}`, DB), DB);
  const [waiting, done] = [by('s_waiting'), by('_seconds_count')];
  const [seconds, times, errors] = [
    by('_seconds_sum', recent),
    by('_seconds_count', recent),
    by('_errors_total'),
  ];
  const all = [...interval.groups('web_socketio_model_calls_running', DB).values()];
  const rows = all
    .filter(({ labels, value }) => value + (done(labels)?.value ?? 0) > 0)
    .map(({ labels, value }) => ({
      order: done(labels)?.value ?? 0,
      row: [
        cell(labels['db'] ?? ''),
        known(done(labels)?.rate ?? 0, rate),
        known(value, count),
        trouble(waiting(labels)?.value ?? 0, count),
        known(ratio(seconds(labels), times(labels)), duration),
        trouble(errors(labels)?.rate ?? 0, rate),
      ],
    }));
  return {
    title: 'Model calls',
    columns: [
      { title: 'MODEL CALLS', isText: true, rank: 0 },
      { title: 'CALLS/S', rank: 0 },
      { title: 'RUNNING', rank: 0 },
      { title: 'WAITING', rank: 0 },
      { title: 'TOOK', rank: 1 },
      { title: 'ERRORS/S', rank: 2 },
    ],
    rows: sorted(rows),
    none: 'none yet',
  };
}

/** The process, in one line. */
export function processFigures(interval: Interval): readonly (readonly [string, string])[] {
  const figure = (label: string, value: number | null, text: (value: number) => string) =>
    value === null ? [] : [[label, text(value)] as const];
  const packets = lookUp(interval.groups('web_socketio_packets_total', ['direction']), ['direction']);
  const [received, sent] = ['received', 'sent'].map((direction) => packets({ direction })?.rate ?? null);
  return [
    ...figure('pages', interval.sum('web_socketio_pages'), count),
    ...figure('bus', interval.sum('web_socketio_bus_sockets'), count),
    ...figure('loop', interval.sum('nodejs_eventloop_lag_p99_seconds'), duration),
    ...figure('processor', interval.rate('process_cpu_seconds_total'), percent),
    ...figure('memory', interval.sum('process_resident_memory_bytes'), bytes),
    ...figure('packets in', received ?? null, (value) => `${rate(value)}/s`),
    ...figure('out', sent ?? null, (value) => `${rate(value)}/s`),
  ];
}

/** Finds the group of some labels. */
export function lookUp(
  groups: ReadonlyMap<string, Group>,
  by: readonly string[],
): (labels: Labels) => Group | undefined {
  return (labels) => groups.get(keyOf(labels, by));
}

/** How much of one there is for each of the other, while both grew; since the beginning if they did not; null if there is none. */
export function ratio(all: Group | undefined, times: Group | undefined): number | null {
  if (all === undefined || times === undefined || times.value === 0) return null;
  return all.rate !== null && times.rate ? all.rate / times.rate : all.value / times.value;
}

/** Those with most first. */
export function sorted<Row>(rows: readonly { readonly order: number; readonly row: Row }[]): Row[] {
  return [...rows].sort((one, other) => other.order - one.order).map(({ row }) => row);
}
