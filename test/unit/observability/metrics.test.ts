import { createRequire } from 'node:module';
import { expect, it, vi } from 'vitest';
import { ERROR_CODES } from '../../../sidecar/src/api/error-codes/catalogue.ts';
import { NamespaceCounts } from '../../../sidecar/src/observability/counts/namespace-counts.ts';
import { SidecarCounts } from '../../../sidecar/src/observability/counts/sidecar-counts.ts';
import { Metrics } from '../../../sidecar/src/observability/metrics/metrics.ts';

const hooks = createRequire(import.meta.url)('node:perf_hooks');

function open() {
  const counts = new SidecarCounts(['mydb']);
  const look = () => ({ databases: [], pages: 3, busSockets: 0 });
  const metrics = new Metrics({ counts, look, depths: async () => new Map() });
  return { counts, db: counts.of('mydb'), metrics };
}

function lines(text: string, name: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(name));
}

it('the event loop is measured from the first time that somebody asks, who gets a measure already', async () => {
  const monitor = vi.spyOn(hooks, 'monitorEventLoopDelay');
  const { db, metrics } = open();
  db.count('read', 2);
  expect(monitor).not.toHaveBeenCalled();
  const [text] = await Promise.all([metrics.text(), metrics.text()]);
  expect(text).toContain('web_socketio_pages 3');
  expect(text).toContain('web_socketio_read_total{db="mydb"} 2');
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds 0\.\d/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d/m);
  await metrics.text();
  expect(monitor).toHaveBeenCalledTimes(1);
});

it('what is counted is there from the beginning, and twice asked it is not twice as much', async () => {
  const { db, metrics } = open();
  db.leases.requeued(3, true);
  db.resynced('overflow');
  await metrics.text();
  const text = await metrics.text();
  expect(lines(text, 'web_socketio_requeued_total')).toEqual([
    'web_socketio_requeued_total{db="mydb",reason="failed"} 3',
    'web_socketio_requeued_total{db="mydb",reason="returned"} 0',
  ]);
  expect(text).toContain('web_socketio_dead_total{db="mydb"} 0');
  expect(text).toContain('web_socketio_page_resyncs_total{db="mydb",reason="overflow"} 1');
});

it('durations are a histogram, each bound with all that is below it', async () => {
  const { db, metrics } = open();
  for (const ms of [0, 0.9, 3, 40, 120_000]) db.emitted.each.add(ms);
  const found = lines(await metrics.text(), 'web_socketio_emit_seconds').filter((line) => /each/.test(line));
  expect(found).toHaveLength(17);
  const at = (le: string) =>
    found
      .find((line) => line.includes(`le="${le}"`))
      ?.split(' ')
      .at(-1);
  expect(['0.001', '0.0025', '0.005', '0.05', '30', '+Inf'].map(at)).toEqual(['2', '2', '3', '4', '4', '5']);
  expect(found.at(-2)).toBe('web_socketio_emit_seconds_sum{db="mydb",mode="each"} 120.0439');
  expect(found.at(-1)).toBe('web_socketio_emit_seconds_count{db="mydb",mode="each"} 5');
});

it('pages that send a thousand names of events make no more than the declared ones and one', async () => {
  const { db, metrics } = open();
  const counts = db.nameSpace('/chat', { describeEvents: () => [{ event: 'say' }, { event: 'my_event' }] });
  for (let number = 0; number < 1_000; number += 1) counts.event(`event ${number}`).received += 1;
  for (const name of ['say', 'my event', 'my-event', 'my_event']) counts.event(name).received += 1;
  expect(lines(await metrics.text(), 'web_socketio_events_total')).toEqual([
    'web_socketio_events_total{db="mydb",namespace="/chat",event="other"} 1000',
    'web_socketio_events_total{db="mydb",namespace="/chat",event="say"} 1',
    'web_socketio_events_total{db="mydb",namespace="/chat",event="my_event"} 3',
  ]);
});

it('codes that addons make are one, however many they are', async () => {
  const { counts, db, metrics } = open();
  for (let number = 0; number < 1_000; number += 1) db.refusals.add(`sold_out_${number}`);
  db.refusals.add('toString');
  db.refusals.add('token_unknown');
  counts.refusals.add('database_unknown');
  expect(lines(await metrics.text(), 'web_socketio_refusals_total')).toEqual([
    'web_socketio_refusals_total{db="",code="database_unknown"} 1',
    'web_socketio_refusals_total{db="mydb",code="other"} 1001',
    'web_socketio_refusals_total{db="mydb",code="token_unknown"} 1',
  ]);
  for (const code of Object.keys(ERROR_CODES)) db.refusals.add(code);
  expect([...db.refusals]).toHaveLength(Object.keys(ERROR_CODES).length + 1);
});

it('what a Python worker declares later has a name of its own from then on', () => {
  vi.useFakeTimers();
  try {
    const events = [{ event: 'say' }];
    const counts = new NamespaceCounts('/chat', { describeEvents: () => events });
    expect(counts.event('shout').event).toBe('other');
    events.push({ event: 'shout' });
    expect(counts.event('shout').event).toBe('other');
    vi.advanceTimersByTime(10_000);
    expect(counts.event('shout').event).toBe('shout');
  } finally {
    vi.useRealTimers();
  }
});

it('a namespace that cannot say which events it has handles them all the same', () => {
  const describeEvents = () => {
    throw new Error('a bug of an addon');
  };
  expect(new NamespaceCounts('/chat', { describeEvents }).event('say').event).toBe('other');
});

it('a user with two pages is one user, until the last of them has gone', () => {
  const { db } = open();
  db.pages.enter(7, 'polling');
  db.pages.enter(7, 'websocket');
  db.pages.upgraded();
  expect([db.pages.users, db.pages.transports]).toEqual([1, { polling: 0, websocket: 2 }]);
  db.pages.leave(7, 'websocket');
  expect(db.pages.users).toBe(1);
  db.pages.leave(7, 'websocket');
  expect([db.pages.users, db.pages.transports]).toEqual([0, { polling: 0, websocket: 0 }]);
});
