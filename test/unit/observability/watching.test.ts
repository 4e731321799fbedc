import { expect, it } from 'vitest';
import { SidecarCounts } from '../../../sidecar/src/observability/counts/sidecar-counts.ts';
import { Metrics } from '../../../sidecar/src/observability/metrics/metrics.ts';
import { DASHBOARD, metricsIn } from '../../monitoring/support/dashboard.ts';
import { readMarkdown, readText } from '../../support/documents/markdown.ts';

const RULES = 'docker/monitoring/prometheus/web_socketio.rules.yml';
const [DASHBOARDS, OPERATIONS] = [
  'docker/monitoring/grafana/dashboards/web_socketio.json',
  'docs/operations.md',
];

/** The names of all metrics, and those of the parts of a histogram. */
async function known(): Promise<ReadonlySet<string>> {
  const look = () => ({ databases: [], pages: 0, busSockets: 0 });
  const metrics = new Metrics({ counts: new SidecarCounts([]), look, depths: async () => new Map() });
  const types = [...(await metrics.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

/** What the alerts ask, without their sentences. */
function alertExpressions(): string {
  return [...readText(RULES).matchAll(/expr: \|-\n +(.+)/g)].map(([, expression]) => expression).join('\n');
}

it('what the documents, the dashboard and the alerts call a metric is one, and the documents name all of ours', async () => {
  const names = await known();
  const watching =
    readText(OPERATIONS)
      .split(/^## /m)
      .find((text) => text.startsWith('Watching')) ?? '';
  const documented = metricsIn([...watching.matchAll(/^\| `.+$/gm)].join('\n'));
  for (const named of [documented, metricsIn(readText(DASHBOARDS)), metricsIn(alertExpressions())]) {
    expect(named.size).toBeGreaterThan(20);
    expect([...named].filter((name) => !names.has(name))).toEqual([]);
  }
  const own = [...names].filter((name) => name.startsWith('web_socketio_'));
  const parts = /_seconds_(?:bucket|sum|count)$/;
  expect(own.filter((name) => !parts.test(name) && !documented.has(name))).toEqual([]);
});

it('each alert says what to do, and leads to a heading of the documents', () => {
  const rules = readText(RULES)
    .split(/^ +- alert: /m)
    .slice(1);
  const headings = readMarkdown(OPERATIONS).map(({ heading }) => heading.toLowerCase().replaceAll(' ', '-'));
  expect(rules.length).toBeGreaterThan(20);
  for (const rule of rules) {
    expect(rule).toMatch(/^ +action: ".+\."$/m);
    const anchor = /runbook: "docs\/operations\.md#([\w-]+)"/.exec(rule)?.[1];
    expect(headings).toContain(anchor);
  }
  const alerts = rules.map((rule) => /^\w+/.exec(rule)?.[0] ?? '');
  const text = readText(OPERATIONS);
  expect(alerts.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

it('the panels of the dashboard have ids of their own and do not lie on one another', () => {
  const { panels } = DASHBOARD;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const fields = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_none, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(fields).size).toBe(fields.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});
