import { expect, it } from 'vitest';
import { drawLatencies } from '../../bench/plot/latency-plot.ts';
import { LATENCIES, toLatencies } from '../../bench/plot/latency-points.ts';

const ROWS = LATENCIES.flatMap(({ figures }) => figures).map(({ name }, index) => ({
  ...{ name, value: 2 + index, baseline: 1 + index },
}));

it('every point of the plot is a row of its run', () => {
  const { bySockets, byRate } = toLatencies(ROWS);
  expect(bySockets[0]).toEqual({ at: 100, ours: { p50: 2, p99: 3 }, baseline: { p50: 1, p99: 2 } });
  expect(bySockets.length + byRate.length).toBe(LATENCIES.length);
});

it('a run in which a row is missing has no plot', () => {
  expect(() => toLatencies(ROWS.slice(1))).toThrow("There is no row 'one message at 100 sockets, p50'");
});

it('the plot is an SVG that is dark where its reader prefers that', () => {
  const svg = drawLatencies(toLatencies(ROWS), '2026-11-29, 2 cores');
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 560 925"/);
  for (const text of ['sidecar, median', 'bare socket.io, 99 %', 'open pages', '2026-11-29, 2 cores'])
    expect(svg).toContain(`>${text}</text>`);
  // A colour that had no dark twin would stay as it is on dark paper.
  const drawn = new Set([...svg.matchAll(/(?:fill|stroke)="(#[0-9a-f]+)"/g)].map(([, colour]) => colour));
  const rules = svg.slice(svg.indexOf('<style>'), svg.indexOf('</style>'));
  for (const colour of drawn) expect(rules).toContain(`="${colour}"]`);
  expect(rules).toContain('@media (prefers-color-scheme: dark)');
});
