import { expect, it } from 'vitest';
import { SidecarCounts } from '../../../sidecar/src/observability/counts/sidecar-counts.ts';
import { Metrics } from '../../../sidecar/src/observability/metrics/metrics.ts';
import { Interval } from '../../../sidecar/src/top/interval.ts';
import type { Reading } from '../../../sidecar/src/top/reading.ts';
import { Readings } from '../../../sidecar/src/top/readings.ts';
import { readSamples } from '../../../sidecar/src/top/samples.ts';

function reading(at: number, text: string): Reading {
  return { at, date: new Date(at), samples: readSamples(text), refused: null };
}

it('reads what the metrics of a sidecar are, whatever a database is called', async () => {
  const name = 'a "b" \\ c\nd,e={f}';
  const counts = new SidecarCounts([name, 'mydb']);
  counts.of(name).count('read', 3);
  const look = () => ({ databases: [], pages: 7, busSockets: 0 });
  const metrics = new Metrics({ counts, look, depths: async () => new Map() });
  const samples = readSamples(await metrics.text());
  expect(samples.get('web_socketio_pages')).toEqual([{ labels: {}, value: 7 }]);
  expect(samples.get('web_socketio_read_total')).toEqual([
    { labels: { db: name }, value: 3 },
    { labels: { db: 'mydb' }, value: 0 },
  ]);
  expect(samples.get('process_resident_memory_bytes')?.[0]?.value).toBeGreaterThan(1_000_000);
  expect(samples.has('# HELP')).toBe(false);
});

it('adds up by labels, and says how much it grew in a second', () => {
  const before = reading(
    1_000,
    'n_total{db="a",event="x"} 10\nn_total{db="a",event="y"} 5\nn_total{db="b",event="x"} 9',
  );
  const now = reading(
    3_000,
    'n_total{db="a",event="x"} 14\nn_total{db="a",event="y"} 5\nn_total{db="b",event="x"} 3\nn_total{db="c",event="x"} 8',
  );
  const groups = new Interval(now, before).groups('n_total', ['db']);
  // What became less began anew, and what is new has been counted since.
  expect([...groups.values()]).toEqual([
    { labels: { db: 'a', event: 'x' }, value: 19, rate: 2 },
    { labels: { db: 'b', event: 'x' }, value: 3, rate: null },
    { labels: { db: 'c', event: 'x' }, value: 8, rate: 4 },
  ]);
  expect(new Interval(now, null).groups('n_total', []).get('')).toMatchObject({ value: 30, rate: null });
  expect(new Interval(now, before).sum('nothing')).toBeNull();
});

it('keeps what it needs, and nothing of another process', () => {
  const readings = new Readings(10_000);
  expect(readings.within(1_000)).toBeNull();
  const add = (at: number, start: number) =>
    readings.add(reading(at, `process_start_time_seconds ${start}\nn ${at}`));
  for (let at = 0; at <= 60_000; at += 1_000) add(at, 1);
  expect(readings.within(5_000)?.before?.at).toBe(55_000);
  expect(readings.within(60_000)?.before?.at).toBe(50_000);
  // Nobody answered for long: the one before counts.
  add(100_000, 1);
  expect(readings.within(5_000)?.before?.at).toBe(60_000);
  add(101_000, 2);
  expect(readings.within(5_000)?.before).toBeNull();
});
