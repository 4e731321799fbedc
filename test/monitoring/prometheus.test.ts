import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { outcomeOf } from '../support/process/outcome.ts';
import { metricsIn, panelQueries } from './support/dashboard.ts';
import { Load } from './support/load.ts';
import { Prometheus, promtool, RULES } from './support/prometheus.ts';

const CASES = fileURLToPath(new URL('alerts.yml', import.meta.url));

it('each query of the dashboard finds numbers, and each alert is read and names metrics that there are', async () => {
  const { sidecar } = await Load.start();
  const prometheus = await Prometheus.start(new URL(sidecar.url).host);
  onTestFinished(() => prometheus.stop());
  const queries = panelQueries('30s');
  expect(queries.length).toBeGreaterThan(60);
  const empty = async () => {
    const found: string[] = [];
    for (const { panel, query } of queries) {
      const numbers = await prometheus.query(query);
      if (!numbers.some(({ value }) => Number.isFinite(value))) found.push(`${panel}: ${query}`);
    }
    return found;
  };
  // A model call fails after ten seconds, and a rate needs two of them.
  await expect.poll(empty, { interval: 1_000, timeout: 240_000 }).toEqual([]);
  const names = await prometheus.names();
  const rules = await prometheus.rules();
  expect(rules.length).toBeGreaterThan(20);
  for (const { name, query, annotations } of rules) {
    const missing = [...metricsIn(query)].filter((metric) => !names.has(metric));
    // That one is there while something is wrong.
    expect([name, missing.filter((metric) => metric !== 'web_socketio_problems')]).toEqual([name, []]);
    await prometheus.query(query);
    expect(Object.keys(annotations).sort()).toEqual(['action', 'runbook', 'summary']);
  }
  await expect
    .poll(async () => (await prometheus.rules()).map(({ health }) => health))
    .not.toContain('unknown');
  expect((await prometheus.rules()).filter(({ health }) => health !== 'ok')).toEqual([]);
  // Some of what goes wrong there on purpose.
  const firing = async () => (await prometheus.query('ALERTS')).map(({ labels }) => labels['alertname']);
  await expect
    .poll(firing)
    .toEqual(expect.arrayContaining(['WebSocketioHandlersFail', 'WebSocketioDeadLetters']));
});

it('promtool has nothing to say against the names, the types and the help of the metrics', async () => {
  const { sidecar } = await Load.start();
  const folder = await mkdtemp(join(tmpdir(), 'web_socketio-metrics-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'metrics');
  const text = await (await fetch(`${sidecar.url}/metrics`)).text();
  expect(text).toMatch(/^web_socketio_handler_seconds_bucket/m);
  await writeFile(file, text);
  const check = ['-c', 'exec "$0" check metrics < "$1"', await promtool(), file];
  const { stdout, stderr } = await outcomeOf('/bin/sh', check);
  const complaints = `${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('web_socketio_'));
  expect(complaints).toEqual([]);
});

it('promtool finds the rules in order, and each alert fires when it should and at no other time', async () => {
  const command = await promtool();
  const rules = await outcomeOf(command, ['check', 'rules', RULES]);
  expect([rules.code, rules.stderr]).toEqual([0, '']);
  const cases = await outcomeOf(command, ['test', 'rules', CASES]);
  expect([cases.code, cases.stderr]).toEqual([0, '']);
  const { stdout } = await outcomeOf('/bin/cat', [RULES, CASES]);
  const alerts = [...stdout.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name);
  const tested = [...stdout.matchAll(/^ +- name: (Web\w+ (?:fires|is silent))/gm)].map(([, name]) => name);
  expect(alerts.length).toBeGreaterThan(20);
  expect([...new Set(tested)]).toEqual(alerts.flatMap((name) => [`${name} fires`, `${name} is silent`]));
});
