import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../support/process/free-port.ts';
import { Stack } from './support/stack.ts';

const Target = z.object({ scrapeUrl: z.string(), health: z.string(), lastError: z.string() });
const Targets = z.object({ data: z.object({ activeTargets: z.array(Target) }) });
const Rules = z.object({
  data: z.object({ groups: z.array(z.object({ file: z.string(), rules: z.array(z.unknown()) })) }),
});

let stack: Stack;
let prometheus: string;

beforeAll(async () => {
  const port = await freePort();
  prometheus = `http://127.0.0.1:${port}/api/v1`;
  stack = await Stack.make({ PROMETHEUS_PORT: String(port) });
  await stack.up('--scale', 'sidecar=2');
  // Of Grafana no stand-in is made: Debian has no package of it.
  await stack.compose(['--profile', 'monitoring', 'up', '--detach', 'prometheus']);
});

afterAll(() => stack?.remove());

const ask = async (path: string) => (await fetch(`${prometheus}/${path}`)).json();

it('finds every sidecar of the stack, and hears what it counts', async () => {
  const targets = async () => Targets.parse(await ask('targets')).data.activeTargets;
  const settled = async () => (await targets().catch(() => [])).filter(({ health }) => health !== 'unknown');
  await expect.poll(settled, { timeout: 180_000, interval: 500 }).toHaveLength(2);
  expect(await targets()).toEqual(
    Array.from({ length: 2 }, () => ({
      scrapeUrl: expect.stringMatching(/^http:\/\/[\d.]+:8068\/metrics$/),
      ...{ health: 'up', lastError: '' },
    })),
  );
});

it('loads the alerts', async () => {
  const { groups } = Rules.parse(await ask('rules')).data;
  expect(groups.map(({ file }) => file)).toEqual(groups.map(() => '/etc/prometheus/web_socketio.rules.yml'));
  expect(groups.flatMap(({ rules }) => rules).length).toBeGreaterThan(20);
});

it('is reached from this machine only', async () => {
  const ports = await stack.compose(['--profile', 'monitoring', 'port', 'prometheus', '9090']);
  expect(ports).toMatch(/^127\.0\.0\.1:\d+$/);
});
