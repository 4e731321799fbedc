import { readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { COMPOSE } from './support/docker.ts';
import { ROOT, Stack } from './support/stack.ts';

const SERIES = Object.keys(JSON.parse(await readFile(`${ROOT}/addon/web_socketio/series.json`, 'utf8')));
const MAJORS = [2, 1] as const;

async function make(settings: Readonly<Record<string, string>>): Promise<Stack> {
  const stack = await Stack.make(settings);
  onTestFinished(() => stack.forget());
  return stack;
}

it.each(MAJORS)('Compose %i finds the file valid for every series', async (major) => {
  for (const series of SERIES) {
    const stack = await make({ OPENERP_SERIES: series });
    const config = await stack.compose(['config'], major);
    expect(config).toContain(`${series === '7.0' ? 'openerp7' : 'openerp'}/Dockerfile`);
    if (series !== '7.0') expect(config).toContain(`OPENERP_IMAGE: odoo:${series}`);
    expect(config).toContain(`demo-${series}`);
  }
});

it.each(MAJORS)(
  'Compose %i says with one line which setting names an unknown series, and where the known ones are',
  async (major) => {
    const stack = await make({ OPENERP_SERIES: '12.5' });
    const { code, stderr } = await stack.outcome(['config'], major);
    expect(code).not.toBe(0);
    expect(stderr).toContain('known-series.yml');
    expect(stderr.trim()).toContain('OPENERP_SERIES-12.5');
    expect(stderr.trim()).not.toContain('\n');
  },
);

it('publishes one port, on the loopback interface', async () => {
  const stack = await Stack.make();
  onTestFinished(() => stack.forget());
  const config = await (await make({ PUBLISH: '' })).compose(['config', '--format', 'json']);
  const { services } = JSON.parse(config);
  const ports = Object.values<{ ports?: unknown[] }>(services).flatMap((service) => service.ports ?? []);
  expect(ports).toEqual([
    { mode: 'ingress', host_ip: '127.0.0.1', published: '8080', target: 80, protocol: 'tcp' },
  ]);
});

it.each(MAJORS)(
  'Compose %i starts Prometheus and Grafana if asked to, for this machine only',
  async (major) => {
    const stack = await make({});
    const config = await stack.compose(['--profile', 'monitoring', 'config'], major);
    expect(config).toMatch(/image: prom\/prometheus:v\d+\.\d+\.\d+$/m);
    expect(config).toMatch(/image: grafana\/grafana:\d+\.\d+\.\d+$/m);
    if (major === 1) {
      expect(config).toContain('- 127.0.0.1:9090:9090/tcp');
      expect(config).toContain('- 127.0.0.1:3000:3000/tcp');
      return;
    }
    const { services } = JSON.parse(
      await stack.compose(['--profile', 'monitoring', 'config', '--format', 'json'], major),
    );
    const { prometheus, grafana } = services;
    for (const { ports } of [prometheus, grafana])
      expect(ports).toEqual([expect.objectContaining({ host_ip: '127.0.0.1' })]);
    expect(Object.keys(grafana.environment).join()).not.toMatch(/PASSWORD/);
    expect(
      JSON.parse(await stack.compose(['config', '--format', 'json'], major)).services,
    ).not.toHaveProperty('grafana');
  },
);

it('starts the Python worker from the image and with the files of OpenERP, and builds that once', async () => {
  const stack = await make({ OPENERP_SERIES: '18.0', PYTHON_MAX_CURSOR: '3' });
  const { services } = JSON.parse(await stack.compose(['config', '--format', 'json']));
  const { openerp, python } = services;
  expect(python).toMatchObject({
    image: openerp.image,
    environment: { ...openerp.environment, PYTHON_MAX_CURSOR: '3' },
    volumes: openerp.volumes,
    entrypoint: ['/opt/web_socketio/worker.sh'],
  });
  expect(python).not.toHaveProperty('build');
});

it('holds no password, and .env.example explains every setting', async () => {
  const read = (path: string) => readFile(new URL(path, `file://${ROOT}`), 'utf8');
  const files = await Promise.all(['docker-compose.yml', 'docker/openerp/known-series.yml'].map(read));
  const names = new Set(files.join().match(/(?<=\$\{)[A-Z0-9_]+/g));
  const example = await read('.env.example');
  expect([...names].filter((name) => !new RegExp(`^#?${name}=`, 'm').test(example))).toEqual([]);
  expect(files.join()).not.toMatch(/PASSWORD: /);
});

it('is tried with the Compose of Debian 12 and with Compose 2', async () => {
  const stack = await make({});
  expect(await stack.compose(['version', '--short'], 1)).toMatch(/^1\.29/);
  expect(await stack.compose(['version', '--short'], 2)).toMatch(/^[2-9]\./);
  expect(Object.keys(COMPOSE)).toHaveLength(2);
});
